using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>One thread's part of a run: reads log files, flattens their records, and hands the rows to their partitions.</summary>
sealed class IngestWorker : IDisposable
{
    readonly record struct PartitionKey(LakeTable Table, int ServiceId, int RegionId, int Day);

    /// <summary>Problems of one object, and of no record of it, that are held and kept one by one.</summary>
    const int MaxOfObject = 100;

    readonly ObjectStore _source;
    readonly FetchAhead? _fetch;
    readonly LakeWriter _writer;
    readonly Quarantine _quarantine;
    readonly CancellationToken _cancel;
    readonly WorkProgress _progress;
    readonly LogFile _file;
    readonly RowBatch _batch;
    readonly RecordReader _reader;
    readonly Func<RowGroupBuilder> _newBuilder;
    RowGroupBuilder _builder;
    readonly Dictionary<PartitionKey, int> _partitionNumbers = [];
    readonly List<Partition> _partitions = [];
    readonly List<List<int>> _rowsOf = []; // by the partition's number here: where this batch's rows begin
    readonly List<int> _touched = [];
    PartitionKey _lastKey;
    int _lastNumber;
    readonly List<Problem> _ofObject = []; // those of the object that is being read, and of no record of it
    int _moreOfObject; // how many more there are than are held

    public IngestWorker(ObjectStore source, FetchAhead? fetch, LakeWriter writer, Quarantine quarantine, SharedValues shared, SourceObjects objects, IngestOptions options)
    {
        (_source, _fetch, _writer, _quarantine, _cancel, _progress) = (source, fetch, writer, quarantine, options.Cancel, options.Progress);
        _file = new LogFile(maxObjectBytes: options.MaxObjectBytes);
        _batch = new RowBatch(shared);
        _reader = new RecordReader(_batch);
        _newBuilder = () => new RowGroupBuilder(shared, objects);
        _builder = _newBuilder();
    }

    /// <summary>Reads one object to its end; what is wrong with it goes to quarantine and costs only itself.</summary>
    public void Ingest(LedgerEntry entry, int ordinal)
    {
        var key = entry.Key;
        if (TryReadStore(entry, (Worker: this, Ordinal: ordinal, Key: key), static it => it.Worker._fetch?.Open(it.Ordinal) ?? it.Worker._source.OpenRead(it.Key)) is not { } stored)
            return;
        using (stored)
        {
            if (TryReadStore(entry, (File: _file, Stored: stored, Key: key), static it => it.File.Open(it.Stored, it.Key)) is null)
                return;
            while (TryReadStore(entry, _file, static file => file.NextWindow() ? file : null) is not null)
            {
                _cancel.ThrowIfCancellationRequested();
                var before = entry.RecordsRead;
                while (true)
                {
                    entry.RecordsRead += _file.ReadOrdinary(_reader, ordinal);
                    if (_batch.IsFull)
                        HandOver(entry);
                    if (!_file.NextRecord(out var record))
                        break;
                    Flatten(record, entry, ordinal);
                }
                HandOver(entry); // the records' bytes are gone with the window
                _progress.Add(0, entry.RecordsRead - before);
                foreach (var problem in _file.Problems)
                    Keep(problem, entry);
            }
        }
        KeepObject(entry);
        if (_file.PassedOver is not null)
            entry.Outcome = LedgerEntry.PassedOver;
        entry.BytesJson = _file.UnzippedBytes;
        _progress.Add(1, 0, entry.SizeBytes);
    }

    /// <summary>Reads from the source. An object that it cannot give is the object's loss only, and the next run tries it again.</summary>
    /// <param name="of">What it reads from: a step that holds nothing of its own is made once, and not for each of thousands of objects.</param>
    T? TryReadStore<TOf, T>(LedgerEntry entry, TOf of, Func<TOf, T?> read)
        where T : class
    {
        try
        {
            return read(of);
        }
        catch (StoreException e) when (!e.IsOfPlace)
        {
            (entry.Outcome, entry.IsArchived) = (LedgerEntry.Unreadable, e.IsArchived);
            _quarantine.Add(entry.Key, null, 0, Reasons.Unreadable, e.Message, [], entry.SizeBytes);
            return null;
        }
    }

    /// <summary>Writes what waits for a partition.</summary>
    public void Flush(Partition partition) => _writer.Flush(partition, _builder);

    /// <summary>Forgets what records shared, since a new epoch begins.</summary>
    public void ForgetShared()
    {
        _reader.ForgetShared();
        _batch.ForgetShared();
        ForgetPartitions();
    }

    /// <summary>Forgets which partitions it has given rows to: those of days gone by will hardly get any more.</summary>
    public void ForgetPartitions()
    {
        _partitionNumbers.Clear();
        _lastKey = default;
        _partitions.Clear();
        _rowsOf.Clear();
    }

    /// <summary>Gives back the memory in which it has made row groups.</summary>
    public void ReleaseBuffers()
    {
        _builder.Dispose();
        _builder = _newBuilder();
    }

    /// <summary>Writes what waits for a partition, and the end of its file.</summary>
    public void Close(Partition partition) => _writer.Close(partition, _builder);

    public void Dispose()
    {
        _file.Dispose();
        _reader.Dispose();
        _batch.Dispose();
        _builder.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Flatten(in LogRecord record, LedgerEntry entry, int ordinal)
    {
        entry.RecordsRead++;
        if (_reader.Read(record.Json, ordinal, record.Index) is not { } problem)
            return;
        if (_file.TakeBack(record)) // whatever was seen first: that may stand in a neighbour
        {
            entry.RecordsRead--; // its parts come as records of their own
            return;
        }
        entry.RecordsQuarantined++;
        _quarantine.Add(entry.Key, record.Index, record.Offset, problem.Reason, problem.Message, record.Json, record.Length);
    }

    void Keep(Problem problem, LedgerEntry entry)
    {
        if (problem.IsRecord)
        {
            entry.RecordsRead++;
            entry.RecordsQuarantined++;
            Add(problem, entry);
        }
        else if (_ofObject.Count < MaxOfObject)
            _ofObject.Add(problem);
        else if (entry.SizeBytes <= Problem.KeptBytes)
            _moreOfObject++; // all of the object will be kept
        else
            Add(problem, entry);
    }

    // A scan stops at the head of an object that is none of ours, and of what it cannot decode it has no bytes at all: an object
    // that gave no record is kept as it is stored; so is one with more faults than are worth a line each, such as another program's
    // log with a million lines.
    void KeepObject(LedgerEntry entry)
    {
        var isStored = entry.SizeBytes > 0 && (entry.RecordsRead == 0 || _moreOfObject > 0); // a pipe has no size, and is not there a second time
        foreach (var problem in _ofObject)
        {
            if (entry.Outcome != LedgerEntry.Unreadable) // one that could be read in part only is tried again
                entry.Outcome = LedgerEntry.Quarantined;
            if (isStored && TryReadStore(entry, (Worker: this, entry.Key), static it => it.Worker.Head(it.Key)) is { } stored)
                _quarantine.Add(entry.Key, null, 0, problem.Reason, problem.Message + (_moreOfObject > 0 ? $"; there are {_moreOfObject:N0} more such, and all of the file is kept" : ""), stored, entry.SizeBytes);
            else
                Add(problem, entry);
            isStored = false; // once is enough
        }
        _ofObject.Clear();
        _moreOfObject = 0;
    }

    void Add(Problem problem, LedgerEntry entry) =>
        _quarantine.Add(entry.Key, problem.IsRecord ? problem.Index : null, problem.Offset, problem.Reason, problem.Message, problem.Bytes, problem.LengthBytes);

    byte[] Head(string key)
    {
        using var stored = _source.OpenRead(key);
        using var head = new MemoryStream();
        var block = new byte[1 << 16];
        while (head.Length < Problem.KeptBytes && stored.Read(block) is > 0 and var read)
            head.Write(block, 0, (int)Math.Min(read, Problem.KeptBytes - head.Length));
        return head.ToArray();
    }

    /// <summary>Gives the batch's rows to their partitions, a partition's all at once, so that its lock is taken once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void HandOver(LedgerEntry entry)
    {
        foreach (var place in _batch.Places)
        {
            var time = _batch.Header(place.Words).Time;
            entry.SeeTime(time);
            var number = NumberOf(place, time);
            var rows = _rowsOf[number];
            if (rows.Count == 0)
                _touched.Add(number);
            rows.Add(place.Words);
        }
        foreach (var number in _touched)
        {
            _writer.Add(_partitions[number], _batch, CollectionsMarshal.AsSpan(_rowsOf[number]), _builder);
            _rowsOf[number].Clear();
        }
        _touched.Clear();
        _batch.Clear();
        _writer.KeepBudget(_builder); // here and not at an object's end: one may be larger than memory
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int NumberOf(in RowPlace place, long time)
    {
        var key = new PartitionKey(place.Table, place.ServiceId, place.RegionId, LakeWriter.DayOf(time));
        if (key == _lastKey)
            return _lastNumber;
        _lastKey = key;
        return _lastNumber = Find(key, place, time);
    }

    int Find(PartitionKey key, in RowPlace place, long time)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_partitionNumbers, key, out var isKnown);
        if (!isKnown)
        {
            number = _partitions.Count;
            _partitions.Add(_writer.PartitionOf(place, time));
            _rowsOf.Add([]);
        }
        return number;
    }
}
