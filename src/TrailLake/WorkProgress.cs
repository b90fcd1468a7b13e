using System.Diagnostics;

namespace TrailLake;

/// <summary>How far work is, at one moment.</summary>
/// <param name="Step">What is done, such as <c>reading</c>.</param>
/// <param name="Note">More about it; empty where there is no more.</param>
/// <param name="Unit">What the objects are called: <c>objects</c>, <c>files</c>, <c>partitions</c>; empty where nothing is counted.</param>
/// <param name="ObjectsTotal">0 where it is not known.</param>
/// <param name="Bytes">Bytes as they lie in the store.</param>
/// <param name="BytesTotal">0 where it is not known.</param>
/// <param name="Elapsed">Since the counting began.</param>
readonly record struct WorkState(string Step, string Note, string Unit, long Objects, long ObjectsTotal, long Records, long Bytes, long BytesTotal, TimeSpan Elapsed)
{
    public double RecordsPerSecond => Records / Math.Max(0.001, Elapsed.TotalSeconds);

    /// <summary>The part that is done, where it is told instead of counted.</summary>
    public double? Told { get; init; }

    /// <summary>The part that is done, from 0 to 1, by bytes where they are known; null where no total is.</summary>
    public double? Fraction => Told is not null ? Told : BytesTotal > 0 ? Math.Min(1, (double)Bytes / BytesTotal) : ObjectsTotal > 0 ? Math.Min(1, (double)Objects / ObjectsTotal) : null;

    /// <summary>What is left, if it goes on like this; null where that cannot be said.</summary>
    public TimeSpan? Left => Fraction is > 0 and var done ? Elapsed * ((1 - done) / done) : null;
}

/// <summary>Counters of long work, raised once an object or a window of one, never once a record, by any thread; a watcher reads them when it likes.</summary>
sealed class WorkProgress
{
    long _objects, _objectsTotal, _records, _bytes, _bytesTotal, _began = Stopwatch.GetTimestamp();
    volatile string _step = "starting", _note = "", _unit = "objects";
    volatile Func<double?>? _told;

    /// <summary>More about the step, as a text.</summary>
    public string Note { set => _note = value; }

    public WorkState State => new(
        _step, _note, _unit, Volatile.Read(ref _objects), Volatile.Read(ref _objectsTotal), Volatile.Read(ref _records), Volatile.Read(ref _bytes), Volatile.Read(ref _bytesTotal),
        Stopwatch.GetElapsedTime(Volatile.Read(ref _began))) { Told = _told?.Invoke() };

    /// <summary>Counts from zero again.</summary>
    public void Begin(string step, string unit, long objects = 0, long bytes = 0)
    {
        (_step, _note, _unit, _told) = (step, "", unit, null);
        (_objects, _records, _bytes, _objectsTotal, _bytesTotal) = (0, 0, 0, objects, bytes);
        Volatile.Write(ref _began, Stopwatch.GetTimestamp());
    }

    /// <summary>Work that counts nothing here, but can be asked how far it is.</summary>
    /// <param name="step">What is done.</param>
    /// <param name="told">The part that is done, from 0 to 1, or null where that is not known; asked by any thread.</param>
    public void Watch(string step, Func<double?>? told = null)
    {
        Begin(step, unit: "");
        _told = told;
    }

    /// <summary>Another step of the same work; the counters stay.</summary>
    public void Continue(string step) => (_step, _note) = (step, "");

    public void Add(long objects, long records = 0, long bytes = 0)
    {
        Interlocked.Add(ref _objects, objects);
        Interlocked.Add(ref _records, records);
        Interlocked.Add(ref _bytes, bytes);
    }
}
