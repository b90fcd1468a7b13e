using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>Something wrong in a lake.</summary>
/// <param name="Object">The file.</param>
/// <param name="Problem">One of <c>damaged</c>, <c>missing</c>, <c>unknown</c>, <c>changed</c>, <c>misplaced</c>; of digests and log files also <c>altered</c>, <c>moved</c>,
/// <c>gap</c>, <c>not_ingested</c>.</param>
/// <param name="Message">What was expected, what was found, what to do.</param>
public sealed record VerifyProblem(string Object, string Problem, string Message);

/// <summary>What a verification found; its JSON is what <c>traillake verify --json</c> prints.</summary>
/// <param name="Files">Files of the tables.</param>
/// <param name="LedgerFiles">Files of the ledger and of the notes about files.</param>
/// <param name="BytesRead">Bytes of all these.</param>
public sealed record VerifyReport(string Lake, long Files, long LedgerFiles, long Rows, long BytesRead, double Seconds, IReadOnlyList<VerifyProblem> Problems)
{
    /// <summary>What CloudTrail's digests proved; null where they were not asked for.</summary>
    public DigestReport? Digests { get; init; }

    /// <summary>Problems in the order of their objects, each once.</summary>
    internal static IReadOnlyList<VerifyProblem> Sorted(IEnumerable<VerifyProblem> problems) =>
        [.. problems.Distinct().OrderBy(problem => problem.Object, StringComparer.Ordinal).ThenBy(problem => problem.Problem, StringComparer.Ordinal)];
}

/// <summary>Reads every Parquet file of a lake from its first page to its footer, and compares them with what the runs noted.</summary>
sealed class Verify
{
    readonly ObjectStore _lake;
    readonly CancellationToken _cancel;
    readonly WorkProgress _progress;
    readonly ConcurrentBag<VerifyProblem> _problems = [];
    IReadOnlyCollection<PastRun>? _past;
    long _files, _ledgerFiles, _rows, _bytes;

    Verify(ObjectStore lake, WorkProgress progress, CancellationToken cancel) => (_lake, _progress, _cancel) = (lake, progress, cancel);

    /// <summary>Runs it; takes no lock and writes nothing.</summary>
    /// <exception cref="StoreException">The lake cannot be listed.</exception>
    /// <param name="progress">Counts the files.</param>
    public static VerifyReport Run(ObjectStore lake, int threads, CancellationToken cancel, WorkProgress? progress = null)
    {
        var started = Stopwatch.GetTimestamp();
        var verify = new Verify(lake, progress ?? new(), cancel);
        verify._progress.Begin("reading", "files");
        verify.ReadAll(threads);
        return new(
            lake.Root, verify._files, verify._ledgerFiles, verify._rows, verify._bytes, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3),
            VerifyReport.Sorted(verify._problems));
    }

    void ReadAll(int threads)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads), CancellationToken = _cancel };
        var notes = new[] { Ledger.Folder, PublishedFiles.Folder, PublishedFiles.PublishingFolder }.SelectMany(folder => LakeFile.List(_lake, folder)).ToList();
        foreach (var note in notes)
            ReadWhole(note, null, default);
        _ledgerFiles = notes.Count;
        var rows = new ConcurrentDictionary<string, (long Rows, long SizeBytes)>(StringComparer.Ordinal);
        Parallel.ForEach(Enum.GetValues<LakeTable>().SelectMany(table => LakeFile.ListTable(_lake, table).Select(item => (table, item.Place, item.File))), parallel, item =>
        {
            if (ReadWhole(item.File, TableLayout.Of(item.table), item.Place) is { } whole)
            {
                rows[item.File.Key] = whole;
                Interlocked.Add(ref _rows, whole.Rows);
            }
            Interlocked.Increment(ref _files);
        });
        Compare(rows);
    }

    /// <summary>Reads a file's every page, which checks their CRCs, and what the footer says of them; returns what it is, or null where it is damaged or gone.</summary>
    (long Rows, long SizeBytes)? ReadWhole(StoredObject file, TableLayout? layout, PartitionPlace place)
    {
        _cancel.ThrowIfCancellationRequested();
        try
        {
            using var reader = layout is null ? new ParquetReader(_lake.Locate(file.Key), file.SizeBytes, (offset, target) => _lake.ReadAt(file.Key, offset, target))
                : LakeFile.Open(_lake, file, layout.Schema, layout.Time, layout.EventId, layout.SourceObject, layout.SourceIndex);
            using var values = new ColumnValues();
            for (var group = 0; group < reader.RowGroups.Length; group++)
            {
                for (var column = 0; column < reader.Schema.Columns.Length; column++)
                {
                    reader.Read(group, column, values);
                    reader.Check(group, column, values);
                }
            }
            if (layout is not null)
                CheckDay(file, reader, reader.Schema.IndexOf(layout.Schema.Columns[layout.Time].Name), place);
            Interlocked.Add(ref _bytes, file.SizeBytes);
            _progress.Add(1, reader.Rows, file.SizeBytes);
            return (reader.Rows, file.SizeBytes);
        }
        catch (Exception e) when (e is ParquetException or LakeException or StoreException)
        {
            var now = LakeFile.Find(_lake, file.Key);
            if (now is { } other && other.ETag != file.ETag)
                return ReadWhole(other, layout, place); // it was replaced just now
            if (now is not null) // else it was merged into another one
                Add(file.Key, "damaged", $"{e.Message} Restore the file from a backup; or delete it together with {Ledger.Folder}/, and ingest again {From(file.Key)}.");
            return null;
        }
    }

    void CheckDay(StoredObject file, ParquetReader reader, int time, PartitionPlace place)
    {
        foreach (var group in reader.RowGroups)
        {
            var (first, last) = (DayOf(group.Chunks[time].LeastInt64), DayOf(group.Chunks[time].GreatestInt64));
            if ((first ?? place.Day) != place.Day || (last ?? place.Day) != place.Day)
                Add(file.Key, "misplaced", $"expected events of {place.Day} as its folder says, found some from {first} to {last}. Queries by event_date miss them; move the file out of the lake, and ingest its log files again.");
        }
    }

    static string? DayOf(long? millis) => millis is { } time ? DateTime.UnixEpoch.AddMilliseconds(time).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    void Compare(ConcurrentDictionary<string, (long Rows, long SizeBytes)> found)
    {
        var (expected, perhaps) = Load();
        if (expected is null)
            return;
        foreach (var key in expected.Keys.Concat(found.Keys).Distinct().Where(key => !IsAsNoted(key, Found(key), expected, perhaps!)).Order(StringComparer.Ordinal).ToList())
            LookAgain(key);

        (long, long)? Found(string key) => found.TryGetValue(key, out var there) ? there : null;
    }

    // The file first and the notes then: what it is was noted before it could be seen. Where it changes meanwhile, that tells nothing.
    void LookAgain(string key)
    {
        while (true)
        {
            var file = LakeFile.Find(_lake, key);
            var found = file is { } there && PartitionPlace.TryParse(key, out var place, out _) ? ReadWhole(there, TableOf(key), place) : null;
            var (expected, perhaps) = Load();
            if (expected is null || IsAsNoted(key, found, expected, perhaps!))
                return;
            if (LakeFile.Find(_lake, key)?.ETag != file?.ETag)
                continue;
            if (file is null ? !WasReadAgain(expected[key]) : found is not null) // else it is said already
                Complain(key, found, expected.GetValueOrDefault(key));
            return;
        }
    }

    // Where the ledger began anew after a file was noted, as its user is told to let it, and a run has since looked at the file's day, its log files were read again, and its rows stand elsewhere.
    bool WasReadAgain(PublishedFile missing) =>
        LakeFile.List(_lake, Ledger.Folder).Min(file => RunIds.SecondOf(Path.GetFileName(file.Key))) is { } began && missing.NotedAt < began
        && (_past ??= PastRun.All(_lake, _cancel)).Any(run => !run.Interrupted && RunIds.SecondOf(run.RunId ?? "") >= began && (run.ListedSince is null || run.ListedSince <= DayOf(missing.Key)));

    static DateOnly? DayOf(string key) =>
        PartitionPlace.TryParse(key, out var place, out _) && DateOnly.TryParseExact(place.Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    // Without a day a run goes on a few days before the last one, whatever became of the ledger; an event is delivered on its day or later.
    static string From(string key) => PartitionPlace.TryParse(key, out var place, out _) ? $"with --since {place.Day} (of several files, the first of their days)" : "with --since and the first day of the lake's events";

    void Complain(string key, (long Rows, long SizeBytes)? found, PublishedFile? expected)
    {
        if (found is not { } there)
            Add(key, "missing", $"expected {expected!.Rows} rows in {expected.SizeBytes} bytes, found no such file. Restore it from a backup; or delete {Ledger.Folder}/, and ingest again {From(key)}: what is in the lake already is not doubled.");
        else if (expected is null)
            Add(key, "unknown", $"expected only files that a run noted in {PublishedFiles.Folder}/, found {there.Rows} rows in {there.SizeBytes} bytes. If it is not yours, move it out of the lake: queries read it.");
        else
            Add(key, "changed", $"expected {expected.Rows} rows in {expected.SizeBytes} bytes as its run noted, found {there.Rows} rows in {there.SizeBytes} bytes. Restore it from a backup.");
    }

    static bool IsAsNoted(string key, (long Rows, long SizeBytes)? found, Dictionary<string, PublishedFile> expected, ILookup<string, PublishedFile> perhaps)
    {
        return Agrees(expected.GetValueOrDefault(key)) || perhaps[key].Any(Agrees);

        bool Agrees(PublishedFile? note) => (note?.Rows, note?.SizeBytes) == (found?.Rows, found?.SizeBytes);
    }

    static TableLayout TableOf(string key) => TableLayout.Of(Enum.GetValues<LakeTable>().First(table => key.StartsWith(PartitionPath.FolderOf(table) + "/", StringComparison.Ordinal)));

    (Dictionary<string, PublishedFile>? Files, ILookup<string, PublishedFile>? Perhaps) Load()
    {
        try
        {
            return PublishedFiles.Load(_lake);
        }
        catch (Exception e) when (e is ParquetException or LakeException)
        {
            return default; // said as damaged; without the notes there is nothing to compare with
        }
    }

    void Add(string key, string problem, string message)
    {
        var place = _lake.Locate(key);
        _problems.Add(new(key, problem, message.StartsWith(place, StringComparison.Ordinal) ? message : $"{place}: {message}"));
    }
}
