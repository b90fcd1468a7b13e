using System.Diagnostics;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>What a run would come to, judged by a few of its objects, evenly spread.</summary>
static class Estimate
{
    const int MaxObjects = 32;
    const long MaxBytes = 32 << 20;

    /// <summary>Of a run's time, reading and flattening takes this part; the rest is writing.</summary>
    const double FlattenShare = 0.6;

    /// <summary>Completes a dry run's report; an object that cannot be read counts for nothing here.</summary>
    public static RunReport Of(RunReport report, ObjectStore source, WorkList work, IngestOptions options)
    {
        using var shared = new SharedValues(options.MemoryBytes / 16);
        using var batch = new RowBatch(shared);
        using var reader = new RecordReader(batch);
        using var file = new LogFile(maxObjectBytes: options.MaxObjectBytes);
        var kinds = new Dictionary<(LakeTable, int, int), int>(); // records by table, service and region
        var (bytes, records, lateBytes, lateTime, fetchTime) = (0L, 0L, 0L, TimeSpan.Zero, TimeSpan.Zero); // late: when memory and caches are warm
        var sample = Sample(work.New);
        for (var i = 0; i < sample.Count && bytes < MaxBytes; i++)
        {
            options.Cancel.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            var before = records;
            if (!TryRead(source, sample[i], file, reader, batch, kinds, options.Cancel, ref records, out var fetched))
                continue;
            bytes += sample[i].SizeBytes;
            if (i >= sample.Count / 2 || bytes >= MaxBytes / 2)
                (lateBytes, lateTime, fetchTime) = (lateBytes + sample[i].SizeBytes, lateTime + Stopwatch.GetElapsedTime(started) - fetched, fetchTime + fetched);
        }
        if (bytes == 0)
            return report;
        var rows = (long)((double)records / bytes * report.BytesCompressed);
        // Many objects are fetched at once, while others are worked on.
        var seconds = Math.Max(lateTime.TotalSeconds / Math.Max(1, options.Threads) / FlattenShare, fetchTime.TotalSeconds / source.Parallelism);
        var days = work.New.Select(entry => entry.Delivered).Distinct().Count();
        return report with
        {
            EstimatedRecords = rows,
            EstimatedPartitions = Math.Min(rows, (long)(Kinds([.. kinds.Values]) * days)),
            EstimatedSeconds = lateBytes == 0 ? null : Math.Round(seconds / lateBytes * report.BytesCompressed, 1),
        };
    }

    static List<SourceObject> Sample(ObjectList entries) =>
        entries.Count <= MaxObjects ? [.. entries] : [.. Enumerable.Range(0, MaxObjects).Select(i => entries[(int)((long)i * entries.Count / MaxObjects)])];

    /// <summary>Chao's lower bound of how many kinds there are, by how many were seen once and twice (Chao 1984).</summary>
    static double Kinds(int[] seen)
    {
        double once = seen.Count(count => count == 1), twice = seen.Count(count => count == 2);
        return seen.Length + (once * (once - 1) / (2 * (twice + 1)));
    }

    static bool TryRead(ObjectStore source, SourceObject item, LogFile file, RecordReader reader, RowBatch batch, Dictionary<(LakeTable, int, int), int> kinds, CancellationToken cancel, ref long records, out TimeSpan fetched)
    {
        var started = Stopwatch.GetTimestamp();
        fetched = default;
        try
        {
            var key = item.KeyText;
            using var stored = source.OpenRead(key);
            fetched = Stopwatch.GetElapsedTime(started); // of an object on S3 nearly all; on a disk nothing
            file.Open(stored, key);
            while (file.NextWindow())
            {
                cancel.ThrowIfCancellationRequested(); // an object may take a minute
                while (file.NextRecord(out var record))
                {
                    records++;
                    reader.Read(record.Json, 0, record.Index);
                    if (batch.IsFull)
                        Count(batch, kinds);
                }
                Count(batch, kinds);
            }
            return true;
        }
        catch (StoreException)
        {
            batch.Clear();
            return false;
        }
    }

    static void Count(RowBatch batch, Dictionary<(LakeTable, int, int), int> kinds)
    {
        foreach (var place in batch.Places)
        {
            var kind = (place.Table, place.ServiceId, place.RegionId);
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }
        batch.Clear();
    }
}
