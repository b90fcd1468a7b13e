using TrailLake.Lake;
using TrailLake.Sql;

namespace TrailLake.Tests;

/// <summary>Asks a lake again and again while others write to it, and keeps what went wrong.</summary>
sealed class LakeReader : IDisposable
{
    readonly Func<string> _open;
    readonly Thread _thread;
    readonly List<string> _wrong = [];
    volatile bool _ends;
    long _last, _queries;

    /// <param name="open">Gives the lake's folder, or that of a copy made just now.</param>
    public LakeReader(Func<string> open)
    {
        _open = open;
        _thread = new Thread(() =>
        {
            while (!_ends)
                Ask();
        });
        _thread.Start();
    }

    public void AssertSawOnlyWhole()
    {
        Dispose();
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
        Assert.True(_queries > 10);
    }

    public void Dispose()
    {
        _ends = true;
        if (_thread.IsAlive)
            _thread.Join();
    }

    void Ask()
    {
        try
        {
            var lake = _open();
            var published = Notes(lake);
            var (rows, events) = CountOf(lake);
            if (events < _last)
                _wrong.Add($"{_last} events became {events}");
            // Twice they may be only while several files are being replaced, or as long as a run that was killed there has left its note.
            if (rows != events && !published.Contains("publishing", StringComparison.Ordinal) && published == Notes(_open()))
                _wrong.Add($"{events} events in {rows} rows");
            (_last, _queries) = (events, _queries + 1);
        }
        catch (Exception e)
        {
            _wrong.Add(e.ToString());
        }
    }

    static (long Rows, long Events) CountOf(string lake)
    {
        using var catalog = LakeCatalog.Open(lake);
        using var result = catalog.Query("select count(*), count(distinct event_id) from events");
        result.ReadChunk();
        return (result.Columns[0].GetInt64(0), result.Columns[1].GetInt64(0));
    }

    // What runs have published, and are about to.
    static string Notes(string lake) => string.Join('\n', new[] { PublishedFiles.PublishingFolder, PublishedFiles.Folder }
        .Select(folder => Path.Join(lake, folder)).Where(Directory.Exists).SelectMany(Directory.EnumerateFiles).Order(StringComparer.Ordinal));
}
