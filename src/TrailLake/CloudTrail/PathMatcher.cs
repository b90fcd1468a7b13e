using System.Text;

namespace TrailLake.CloudTrail;

/// <summary>The JSON paths of one table's columns as a tree: what a property's name means where it stands, on the way in and on the way back.</summary>
/// <remarks>Built from <see cref="Columns"/> once; looked up by UTF-8 names, with no string made.</remarks>
sealed class PathMatcher
{
    static readonly PathMatcher EventsTree = new(LakeTable.Events, "", ""), InsightsTree = new(LakeTable.Insights, "", ""), AggregatesTree = new(LakeTable.Aggregates, "", "");

    readonly PathMatcher?[] _slots; // open addressing; names are few and fixed, so most take one step
    readonly byte[] _name;

    PathMatcher(LakeTable table, string path, string name)
    {
        _name = Encoding.UTF8.GetBytes(name);
        Path = path;
        var inside = path.Length == 0 ? "" : path + ".";
        var names = Columns.Of(table).Where(column => !column.IsDerived && column.Path.StartsWith(inside, StringComparison.Ordinal))
            .Select(column => column.Path[inside.Length..].Split('.')[0]).Distinct();
        Children = [.. names.Select(child => new PathMatcher(table, inside + child, child))];
        for (var i = 0; i < Children.Length; i++)
            Children[i].Ordinal = i;
        ColumnOrdinal = Children.Length > 0 || path.Length == 0 ? -1 : Columns.Ordinal(table, path);
        _slots = new PathMatcher?[Math.Max(4, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Children.Length * 4))];
        foreach (var child in Children)
            Slot(child._name) = child;
        Count = 1 + Children.Sum(child => child.Count);
        if (path.Length == 0)
            GiveIds(0);
    }

    /// <summary>The place among all of the tree, from 0, which is the record itself.</summary>
    public int Id { get; private set; }

    /// <summary>How many places the tree has from here on.</summary>
    public int Count { get; }

    /// <summary>What a NULL of the column here stands for: JSON <c>null</c>, or an absent field.</summary>
    public bool NullIsJsonNull => !IsContainer && Columns.All[ColumnOrdinal].NullIsJsonNull;

    /// <summary>The tree of a table's columns.</summary>
    public static PathMatcher Of(LakeTable table) => table switch
    {
        LakeTable.Insights => InsightsTree,
        LakeTable.Aggregates => AggregatesTree,
        _ => EventsTree,
    };

    /// <summary>The path from the record's top to here.</summary>
    public string Path { get; }

    /// <summary>The place among its parent's children, below 64: a bit in the parent's mask of seen names.</summary>
    public int Ordinal { get; private set; }

    /// <summary>The column whose value stands here, as an ordinal in <see cref="Columns.All"/>; -1 for a container.</summary>
    public int ColumnOrdinal { get; }

    /// <summary>True where columns stand below.</summary>
    public bool IsContainer => ColumnOrdinal < 0;

    /// <summary>This place's name.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>What is known below a container.</summary>
    public PathMatcher[] Children { get; }

    /// <summary>The child of this name, or null where the name has no column.</summary>
    public PathMatcher? Find(ReadOnlySpan<byte> name) => Slot(name);

    /// <summary>The child of a name as it stands between its quotes in JSON, escapes and all.</summary>
    public PathMatcher? FindEscaped(ReadOnlySpan<byte> escaped)
    {
        foreach (var child in Children)
        {
            if (JsonText.IsSpeltOut(escaped, child.Name))
                return child;
        }
        return null;
    }

    int GiveIds(int id)
    {
        Id = id++;
        foreach (var child in Children)
            id = child.GiveIds(id);
        return id;
    }

    ref PathMatcher? Slot(ReadOnlySpan<byte> name)
    {
        var mask = _slots.Length - 1;
        var hash = name.IsEmpty ? 0 : name.Length * 31 + name[0] * 7 + name[^1] * 3 + name[name.Length / 2];
        for (var i = hash & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref _slots[i];
            if (slot is null || slot.Name.SequenceEqual(name))
                return ref slot;
        }
    }
}
