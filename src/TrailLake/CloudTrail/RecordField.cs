using System.Runtime.InteropServices;
using System.Text;

namespace TrailLake.CloudTrail;

/// <summary>A place in a record of one table: a column's field, or an object that holds such fields
/// (<c>userIdentity</c>, <c>userIdentity.sessionContext</c>, <c>tlsDetails</c> …).</summary>
/// <remarks>The tree is computed from the paths of <see cref="Columns"/>, so a new column needs no code here.</remarks>
sealed class RecordField
{
    readonly List<RecordField> _fields = [];
    readonly byte[] _name;

    RecordField(string name, string path, int id)
    {
        _name = Encoding.UTF8.GetBytes(name);
        Path = Encoding.UTF8.GetBytes(path);
        Id = id;
    }

    /// <summary>The field's own name, as UTF-8.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>The names from the record down to the field, joined by dots, as UTF-8.</summary>
    public byte[] Path { get; }

    /// <summary>The field's place among all fields of its tree, from 0, which is the record itself.</summary>
    public int Id { get; }

    /// <summary>The column's place in <see cref="Columns.Of"/>, or −1 for an object that holds columns.</summary>
    public int Column { get; private init; } = -1;

    /// <summary>What a NULL of the column stands for: JSON <c>null</c>, or an absent field.</summary>
    public bool NullIsJsonNull { get; private init; }

    /// <summary>The fields of an object, in the order of their columns.</summary>
    public ReadOnlySpan<RecordField> Fields => CollectionsMarshal.AsSpan(_fields);

    public bool IsContainer => Column < 0;

    /// <summary>The tree of a table's records, and how many fields it has.</summary>
    public static (RecordField Record, int Count) TreeOf(LakeTable table)
    {
        var record = new RecordField("", "", 0);
        var count = 1;
        var columns = Columns.Of(table);
        for (var ordinal = 0; ordinal < columns.Length; ordinal++)
        {
            var column = columns[ordinal];
            if (column.IsDerived)
                continue;
            var names = column.Path.Split('.');
            var parent = record;
            for (var depth = 1; depth < names.Length; depth++)
            {
                var container = parent.Find(Encoding.UTF8.GetBytes(names[depth - 1]));
                if (container is null)
                    parent._fields.Add(container = new(names[depth - 1], string.Join('.', names, 0, depth), count++));
                parent = container;
            }
            parent._fields.Add(new(names[^1], column.Path, count++) { Column = ordinal, NullIsJsonNull = column.NullIsJsonNull });
        }
        return (record, count);
    }

    /// <summary>The field with a name as it stands between its quotes in JSON, escapes and all; null where no column has it.</summary>
    public RecordField? Find(ReadOnlySpan<byte> escaped)
    {
        foreach (var field in _fields)
        {
            if (JsonText.IsSpeltOut(escaped, field.Name))
                return field;
        }
        return null;
    }
}
