using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TrailLake.CloudTrail;

/// <summary>Finds the fragment of a run of properties by its bytes; reads one that is new the careful way, once.</summary>
sealed class FragmentReader(SharedValues shared) : IDisposable
{
    readonly TextIndex _runs = new(shared.Fragments.Runs);
    readonly RowBatch _workbench = new(shared);
    TableReader? _reader;

    /// <summary>The number of the fragment that a run of properties flattens to.</summary>
    /// <param name="run">Properties with commas between them, as they stand in a record.</param>
    /// <returns>-1 where there is none: the table is full, or the record must be read the careful way.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int IdOf(ReadOnlySpan<byte> run)
    {
        var id = _runs.IdOf(run);
        if (id < 0)
            return -1;
        ref var fragment = ref shared.Fragments.Room(id);
        if (!fragment.IsKnown)
            Learn(run, id);
        return fragment.IsDeclined ? -1 : id;
    }

    /// <summary>Forgets all, since a new epoch begins.</summary>
    public void Clear()
    {
        _runs.Clear();
        _workbench.ForgetShared();
    }

    public void Dispose()
    {
        _runs.Dispose();
        _workbench.Dispose();
    }

    void Learn(ReadOnlySpan<byte> run, int id)
    {
        _reader ??= new TableReader(LakeTable.Events, _workbench);
        _workbench.Clear();
        var json = _workbench.Scratch(run.Length + 2); // no array: fragments are 10 MB of a million events
        (json[0], json[^1]) = ((byte)'{', (byte)'}');
        run.CopyTo(json[1..]);
        _workbench.Begin(0, 0);
        var isPlain = TryRead(json, out var fragment);
        var cells = _workbench.Cells();
        foreach (var cell in cells)
            isPlain &= !cell.IsLocal;
        fragment.Flags = _workbench.Header().Flags;
        shared.Fragments.Set(id, fragment, isPlain ? cells : [], isDeclined: !isPlain);
    }

    bool TryRead(ReadOnlySpan<byte> json, out Fragment fragment)
    {
        fragment = default;
        try
        {
            var reader = new Utf8JsonReader(json, RecordReader.Strict);
            return _reader!.TryReadFragment(ref reader, json, out fragment);
        }
        catch (JsonException)
        {
            return false; // the careful way will say what is wrong
        }
    }
}
