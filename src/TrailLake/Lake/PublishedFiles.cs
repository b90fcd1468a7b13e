using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>A file of the lake's tables as the run that wrote it noted it.</summary>
/// <param name="Key">Its key in the lake.</param>
/// <param name="Rows">Its rows; null for a file that is there no more.</param>
/// <param name="SizeBytes">Its bytes; null for a file that is there no more.</param>
/// <param name="MergedInto">For such a file the key of the one that has its rows now.</param>
/// <param name="NotedAt">When, by the clock of the run; of one that is not noted yet nothing.</param>
sealed record PublishedFile(string Key, long? Rows, long? SizeBytes, string? MergedInto = null, DateTimeOffset NotedAt = default);

/// <summary>A file that waits to be made visible.</summary>
/// <param name="MadeOf">The keys of the lake's files that its rows were in: they go then, and one of its own key is replaced.</param>
sealed record ReadyFile(string Key, ObjectWrite Write, long Rows, long SizeBytes, IReadOnlyList<string> MadeOf)
{
    public IEnumerable<string> Replaced => MadeOf.Where(key => key != Key);
}

/// <summary>Which files the lake's tables are made of: each run notes what it wrote and took away.</summary>
/// <remarks>
/// A run says beforehand what it is about to make visible. If it ends in the middle, the next one sees what came to be: a file of which the
/// note's size and rows are true took the place of those that it was made of, so that they are removed; all else is as it was.
/// </remarks>
//   _traillake/publishing/RUN.parquet   what a run is about to make visible; there only while it does so, or after a crash
//   _traillake/files/RUN.parquet        what it made visible
static class PublishedFiles
{
    public const string Folder = LakeFolders.Notes + "/files", PublishingFolder = LakeFolders.Notes + "/publishing";

    static readonly ParquetSchema Schema = new(
        new ParquetColumn("file_key", ParquetType.Text) { NeverDictionary = true },
        new ParquetColumn("rows", ParquetType.Int64),
        new ParquetColumn("size_bytes", ParquetType.Int64),
        new ParquetColumn("merged_into", ParquetType.Text),
        new ParquetColumn("run_id", ParquetType.Text),
        new ParquetColumn("published_at", ParquetType.TimestampMillis));

    /// <summary>So many files become visible before it is asked again whether that is still allowed: a second's work on S3, many at once or one after
    /// the other.</summary>
    const int Together = 256, InTurn = 16;

    /// <summary>Says what is about to become visible, and makes it so; returns what to settle when the rest is done.</summary>
    /// <param name="mayPublish">Throws where the run has lost the right to.</param>
    public static IReadOnlyList<PublishedFile> Publish(ObjectStore lake, string runId, DateTimeOffset now, IReadOnlyList<ReadyFile> files, Action mayPublish)
    {
        mayPublish();
        var notes = files.SelectMany(file => file.Replaced.Select(key => new PublishedFile(key, null, null, file.Key)).Prepend(new(file.Key, file.Rows, file.SizeBytes))).ToList();
        if (notes.Count == 0)
            return notes;
        Write(lake, PublishingFolder, runId, now, notes);
        if (files.Any(file => file.MadeOf.Count > 0))
            lake.Sync(); // the merged rows and the note must outlast what they replace
        foreach (var some in files.Where(file => file.Replaced.Any()).Chunk(InTurn))
        {
            mayPublish();
            foreach (var file in some)
            {
                file.Write.Commit();
                foreach (var key in file.Replaced)
                    lake.Delete(key);
            }
        }
        foreach (var some in files.Where(file => !file.Replaced.Any()).Chunk(Together))
        {
            mayPublish();
            lake.CommitAll(some.Select(file => file.Write));
        }
        return notes;
    }

    /// <summary>Notes what became visible.</summary>
    public static void Settle(ObjectStore lake, string runId, DateTimeOffset now, IReadOnlyList<PublishedFile> files)
    {
        if (files.Count > 0)
            Write(lake, Folder, runId, LaterThanAll(lake, now), files);
        lake.Delete(PathOf(PublishingFolder, runId));
    }

    /// <summary>Finishes what crashed runs were about to do; asked by one that holds the lake's lock.</summary>
    /// <param name="mine">The run's shard: what another shard of its kind has under way is not touched.</param>
    /// <param name="warn">Told of a note that cannot be read, as where power was lost while it was written.</param>
    public static void Recover(ObjectStore lake, Shard? mine, Action<string> warn)
    {
        foreach (var note in LakeFile.List(lake, PublishingFolder).Where(note => Shard.MayRead(mine, note.Key)).ToList())
        {
            if (TryRead(lake, note, warn) is not var (at, files))
                continue;
            var inPlace = InPlace(lake, files.FindAll(file => file.MergedInto is null), RunOf(note.Key), warn);
            var settled = files.Where(file => inPlace.Contains(file.MergedInto ?? file.Key)).ToList();
            foreach (var file in settled.Where(file => file.MergedInto is not null))
                lake.Delete(file.Key);
            Settle(lake, RunOf(note.Key), at, settled);
        }
    }

    /// <summary>The files that should be there by their keys, and those that may be: a crashed run was about to make them visible.</summary>
    public static (Dictionary<string, PublishedFile> Files, ILookup<string, PublishedFile> Perhaps) Load(ObjectStore lake)
    {
        // First those that a run takes away when the others have what is in them.
        var perhaps = LakeFile.List(lake, PublishingFolder).Select(note => TryRead(lake, note)).OfType<(DateTimeOffset, List<PublishedFile> Files)>().SelectMany(note => note.Files).ToLookup(file => file.Key, StringComparer.Ordinal);
        var files = new Dictionary<string, PublishedFile>(StringComparer.Ordinal);
        foreach (var (_, published) in LakeFile.List(lake, Folder).Select(note => Read(lake, note)).OrderBy(note => note.At))
        {
            foreach (var file in published)
            {
                if (file.MergedInto is null)
                    files[file.Key] = file;
                else
                    files.Remove(file.Key);
            }
        }
        return (files, perhaps);
    }

    // The clocks of machines differ, and yet the notes must be in order. One that cannot be read is for `verify` to tell.
    static DateTimeOffset LaterThanAll(ObjectStore lake, DateTimeOffset now)
    {
        var notes = LakeFile.List(lake, Folder).OrderBy(note => note.Key, StringComparer.Ordinal).ToList();
        if (notes is not [.., var last])
            return now;
        try
        {
            using var times = new ColumnValues();
            using var reader = Open(lake, last);
            reader.Read(0, reader.Schema.IndexOf("published_at"), times);
            var at = DateTimeOffset.FromUnixTimeMilliseconds(times.Int64s[0]);
            return at < now ? now : at.AddMilliseconds(notes.Count); // of several that find the same one the last, each is later than those before
        }
        catch (Exception unreadable) when (unreadable is ParquetException or LakeException)
        {
            return now;
        }
    }

    static ParquetReader Open(ObjectStore lake, StoredObject note) => LakeFile.Open(lake, note, Schema, [.. Enumerable.Range(0, Schema.Columns.Length)]);

    static string PathOf(string folder, string runId) => $"{folder}/{runId}.parquet";

    static string RunOf(string key) => Path.GetFileNameWithoutExtension(key);

    // On S3 each takes a request or two, and a run over a year noted tens of thousands.
    static HashSet<string> InPlace(ObjectStore lake, List<PublishedFile> files, string run, Action<string> warn)
    {
        var are = new bool[files.Count];
        WaitingThreads.Run(lake.Parallelism, files.Count, i => are[i] = IsInPlace(lake, files[i], run, warn), CancellationToken.None);
        return [.. files.Where((_, i) => are[i]).Select(file => file.Key)];
    }

    // Whoever replaced it by what has as many bytes and rows replaced it by the same.
    // A new file of the run's own may have its name and not its bytes, where power was lost: no ledger names its rows yet. One that took an older file's place was synced before.
    static bool IsInPlace(ObjectStore lake, PublishedFile file, string run, Action<string> warn)
    {
        var isOwn = RunIds.AreOfOne(run, Path.GetFileName(file.Key.AsSpan()));
        if (LakeFile.Find(lake, file.Key) is not { } found || (found.SizeBytes != file.SizeBytes && !isOwn))
            return false;
        try
        {
            using var reader = new ParquetReader(lake.Locate(file.Key), found.SizeBytes, (offset, target) => lake.ReadAt(file.Key, offset, target));
            return found.SizeBytes == file.SizeBytes && reader.Rows == file.Rows;
        }
        catch (ParquetException e) when (isOwn && found.SizeBytes < file.SizeBytes)
        {
            lake.Delete(file.Key);
            warn($"{e.Message} Run {run} was about to publish this file of {file.SizeBytes} bytes, and did not end. It was removed; its objects are read again.");
            return false;
        }
    }

    static void Write(ObjectStore lake, string folder, string runId, DateTimeOffset now, IReadOnlyList<PublishedFile> files)
    {
        using var list = new ListFile<PublishedFile>(
            Schema,
            Text(file => file.Key), Number(file => file.Rows), Number(file => file.SizeBytes), Text(file => file.MergedInto),
            Text(_ => runId), Number(_ => now.ToUnixTimeMilliseconds()));
        using var write = lake.BeginWrite(PathOf(folder, runId));
        list.Write(write, files);
        write.Commit();
    }

    static ListFile<PublishedFile>.Value Text(Func<PublishedFile, string?> value) => value;

    static ListFile<PublishedFile>.Value Number(Func<PublishedFile, long?> value) => value;

    // Null for one that is gone, since another shard was quicker, or that was not whole and so removed.
    static (DateTimeOffset At, List<PublishedFile> Files)? TryRead(ObjectStore lake, StoredObject note, Action<string>? removed = null)
    {
        try
        {
            return Read(lake, note);
        }
        catch (StoreException) when (!lake.Exists(note.Key))
        {
            return null;
        }
        catch (ParquetException e) when (removed is not null)
        {
            removed($"{e.Message} A run wrote this note of what it was about to publish, and did not end. It was removed; what the run had not published is read again, and `traillake compact` drops rows that it may have left twice.");
            lake.Delete(note.Key);
            return null;
        }
    }

    static (DateTimeOffset At, List<PublishedFile> Files) Read(ObjectStore lake, StoredObject note)
    {
        using var reader = Open(lake, note);
        var columns = Schema.Columns.Select(_ => new ColumnValues()).ToArray();
        try
        {
            var (at, files) = (DateTimeOffset.MinValue, new List<PublishedFile>());
            for (var group = 0; group < reader.RowGroups.Length; group++)
            {
                for (var i = 0; i < columns.Length; i++)
                    reader.Read(group, reader.Schema.IndexOf(Schema.Columns[i].Name), columns[i]);
                at = DateTimeOffset.FromUnixTimeMilliseconds(columns[5].Int64s[0]);
                for (var row = 0; row < columns[0].Rows; row++)
                    files.Add(new(columns[0].Text(row)!, NumberAt(columns[1], row), NumberAt(columns[2], row), columns[3].Text(row), at));
            }
            return (at, files);
        }
        finally
        {
            foreach (var column in columns)
                column.Dispose();
        }
    }

    static long? NumberAt(ColumnValues values, int row) => values.IsNull(row) ? null : values.Int64s[row];
}
