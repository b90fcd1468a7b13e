using System.Buffers;
using System.Diagnostics;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Storage;
using TrailLake.Sql;

namespace TrailLake;

/// <summary>What to export, and where to.</summary>
/// <param name="Lake">The lake's folder.</param>
/// <param name="Out">A folder that is empty or does not exist yet.</param>
public sealed record ExportRequest(string Lake, string Out)
{
    /// <summary>The first day of events, in UTC.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>The last day of events, in UTC.</summary>
    public DateOnly? Until { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Regions { get; init; } = [];

    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>What DuckDB may take for sorting, in bytes; the rest goes to disk, below <see cref="Out"/>.</summary>
    public long MemoryBytes { get; init; } = DefaultMemoryBytes;

    /// <summary>Ends it; the folder is left as it was.</summary>
    public CancellationToken Cancel { get; init; }

    public const long DefaultMemoryBytes = 512L << 20;
}

/// <summary>What an export wrote; sizes in bytes.</summary>
public sealed record ExportSummary(string Lake, string Out, long Records, long Files, long BytesWritten, long BytesJson, double Seconds);

/// <summary>Gives the records of a lake back as CloudTrail's log files, equal to the originals.</summary>
/// <remarks>A file is named as the one that its records came from, where that is CloudTrail's layout, and by account, region
/// and day of the event elsewhere. The folder is this export's alone while a mark in it is held, which lasts no longer than the process.</remarks>
public static class Export
{
    const string Mark = ".traillake-export", Spill = ".traillake-spill";
    const int SlicesInMemory = 5; // DuckDB's readers and the copies of its sort take the rest

    /// <summary>Runs the export.</summary>
    /// <param name="request">What to export.</param>
    /// <param name="progress">Counts the records.</param>
    /// <exception cref="CatalogException">There is no such lake.</exception>
    /// <exception cref="CloudTrailException">The target holds something already, or another export writes there.</exception>
    /// <exception cref="StoreException">It cannot be written to; it is left as it was.</exception>
    internal static ExportSummary Run(ExportRequest request, WorkProgress? progress = null)
    {
        progress ??= new();
        var clock = Stopwatch.StartNew();
        LakeCatalog.RequireFolder(request.Lake);
        progress.Begin("sorting", "files");
        using var held = Hold(request.Out);
        using var files = new LogFileWriter(request.Out);
        try
        {
            WriteAll(request, files, progress);
        }
        catch (Exception e)
        {
            Abandon(files); // so that it can be run again
            if (StoreException.Explains(e))
                throw StoreException.From(e, "write", request.Out);
            throw;
        }
        finally
        {
            held.Delete();
        }
        return new(request.Lake, request.Out, files.Records, files.Files, files.BytesWritten, files.BytesJson, clock.Elapsed.TotalSeconds);
    }

    // The mark is there before anything else, and nobody's folder gets one that has something in it.
    static HeldFile Hold(string folder)
    {
        var mark = Path.Combine(folder, Mark);
        if (!File.Exists(mark))
            RequireEmpty(folder);
        HeldFile? held;
        try
        {
            Directory.CreateDirectory(folder);
            held = HeldFile.TryHold(mark);
        }
        catch (Exception e) when (StoreException.Explains(e))
        {
            throw StoreException.From(e, "write", folder);
        }
        if (held is null)
            throw new CloudTrailException($"{folder}: expected a folder for this export alone, found that another export writes here; nothing was exported. Name another folder.");
        try
        {
            RequireEmpty(folder); // one that was killed has left more than its mark, or another one has ended just now
            return held;
        }
        catch
        {
            held.Delete();
            throw;
        }
    }

    static void RequireEmpty(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetFileName(entry) is not (Mark or Spill))))
            throw new CloudTrailException($"{folder}: expected an empty or a new folder, found one with files in it; nothing was exported. Name another, or empty it.");
    }

    static void Abandon(LogFileWriter files)
    {
        try
        {
            files.Dispose();
        }
        catch (IOException)
        {
            // the rest of it has no room either
        }
        files.Remove();
    }

    static void WriteAll(ExportRequest request, LogFileWriter files, WorkProgress progress)
    {
        var spill = Path.Combine(request.Out, Spill);
        try
        {
            using var lake = LakeCatalog.Open(
                request.Lake, ("memory_limit", $"{request.MemoryBytes}B"), ("temp_directory", spill), ("preserve_insertion_order", "false"));
            using var interrupted = request.Cancel.Register(lake.Interrupt);
            var slices = Slices(lake, request);
            progress.Begin("exporting", "files");
            foreach (var (number, slice) in slices.Index())
            {
                progress.Note = slices.Count > 1 ? $"part {number + 1} of {slices.Count}" : "";
                using var rows = lake.Query(ExportQuery.Rows(request, slice));
                WriteSlice(rows, files, progress, request.Cancel);
            }
            files.Finish();
            var counted = progress.State;
            progress.Add(files.Files - counted.Objects, 0, files.BytesWritten - counted.Bytes); // what was open until now
        }
        catch (DuckDbException) when (request.Cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(request.Cancel);
        }
        finally
        {
            if (Directory.Exists(spill))
                Directory.Delete(spill, recursive: true);
        }
    }

    static List<ExportSlice> Slices(LakeCatalog lake, ExportRequest request)
    {
        using var slices = lake.Query(ExportQuery.Slices(request, request.MemoryBytes / SlicesInMemory));
        return [.. slices.Rows().Select(slice => new ExportSlice((string)slice[0]!, (long)slice[1]!, (string)slice[2]!, (long)slice[3]!))];
    }

    static void WriteSlice(DuckDbResult rows, LogFileWriter files, WorkProgress progress, CancellationToken cancel)
    {
        var readers = new Dictionary<long, ExportRows>();
        var record = new ArrayBufferWriter<byte>();
        var tables = rows.Columns.Single(column => column.Name == "lake_table");
        var keys = rows.Columns.Single(column => column.Name == "log_key");
        while (rows.ReadChunk())
        {
            cancel.ThrowIfCancellationRequested();
            var (before, bytes) = (files.Files, files.BytesWritten);
            for (var row = 0; row < rows.RowCount; row++)
            {
                var table = tables.GetInt64(row);
                if (!readers.TryGetValue(table, out var reader))
                    readers.Add(table, reader = new((LakeTable)table, rows.Columns));
                record.ResetWrittenCount();
                reader.Write(row, record);
                files.Append(keys.GetText(row)!, record.WrittenSpan);
            }
            progress.Add(files.Files - before, rows.RowCount, files.BytesWritten - bytes);
        }
    }
}
