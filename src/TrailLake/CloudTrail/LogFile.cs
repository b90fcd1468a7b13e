using TrailLake.Storage;

namespace TrailLake.CloudTrail;

/// <summary>
/// Reads log files one after the other: their records, in whatever shape they come, and what is wrong with them. It
/// keeps its memory from file to file; one instance serves one thread.
/// </summary>
/// <example><code>
/// file.Open(stream, key);
/// while (file.NextWindow())
/// {
///     while (file.NextRecord(out var record)) { … }   // its bytes stay until the next window
///     foreach (var problem in file.Problems) { … }    // what the window held beside records
/// }
/// </code></example>
public sealed class LogFile : IDisposable
{
    public const int DefaultWindowBytes = 256 * 1024; // stays in a core's cache while it is inflated, checked and read
    public const long DefaultMaxObjectBytes = 1L << 30;

    readonly LogWindow _window;
    readonly RecordScanner _scanner;

    /// <param name="windowBytes">What is held in memory of a file, unless one record is larger.</param>
    /// <param name="maxObjectBytes">What a file may unzip to; of a larger one the records before this limit are given.</param>
    public LogFile(int windowBytes = DefaultWindowBytes, long maxObjectBytes = DefaultMaxObjectBytes)
        : this(windowBytes, maxObjectBytes, LogWindow.LargestBytes) { }

    /// <param name="windowBytes">As above.</param>
    /// <param name="maxObjectBytes">As above.</param>
    /// <param name="largestWindowBytes">What one record may take of memory.</param>
    internal LogFile(int windowBytes, long maxObjectBytes, int largestWindowBytes)
    {
        _window = new(windowBytes, maxObjectBytes, largestWindowBytes);
        _scanner = new(_window, maxObjectBytes);
    }

    /// <summary>The object that is being read.</summary>
    public string Key { get; private set; } = "";

    /// <summary>What could not be given as a record, of the present window.</summary>
    public IReadOnlyList<Problem> Problems => _scanner.Problems;

    /// <summary>What the file is if it is none with records: known, and passed over.</summary>
    public LogKind? PassedOver => _scanner.PassedOver;

    /// <summary>Records and broken records met so far.</summary>
    public long RecordsRead => _scanner.Count;

    /// <summary>Bytes of the object that were read so far, as stored.</summary>
    public long StoredBytes => _window.StoredBytes;

    /// <summary>Bytes after the last gzip member, which are not read; a problem tells of them if they are no padding.</summary>
    public long TrailingBytes => _window.TrailingBytes;

    /// <summary>Bytes of the unzipped file read so far.</summary>
    public long UnzippedBytes => _window.UnzippedBytes;

    /// <summary>Bytes of memory that the window takes.</summary>
    public int WindowBytes => _window.CapacityBytes;

    /// <summary>Begins a file. The stream stays its caller's, and open until the last window was read.</summary>
    /// <returns>This.</returns>
    public LogFile Open(Stream stored, string key)
    {
        Key = key;
        _window.Open(stored);
        _scanner.Begin();
        return this;
    }

    /// <summary>Goes on to the next part of the file; false when all of it was given.</summary>
    public bool NextWindow()
    {
        if (_scanner.IsDone)
        {
            _scanner.BeginWindow();
            return false;
        }
        _scanner.BeginWindow();
        _window.Fill();
        _scanner.SeeWindow();
        return true;
    }

    /// <summary>The next record of the present window.</summary>
    public bool NextRecord(out LogRecord record) => _scanner.Next(out record);

    /// <summary>Reads ordinary events that follow one another, as nearly all do, without looking for their ends first; stops before whatever else comes.</summary>
    /// <returns>How many.</returns>
    internal int ReadOrdinary(RecordReader reader, int objectOrdinal) => _scanner.ReadOrdinary(reader, objectOrdinal);

    /// <summary>
    /// Asks about the record that was given last and turned out not to be JSON: has it swallowed its neighbours, since a
    /// brace or a quote is missing? If so it is taken back: its own part becomes a problem, which counts in its place,
    /// and the neighbours come next. If not, the whole of it is one broken record.
    /// </summary>
    public bool TakeBack(in LogRecord record) => _scanner.TakeBack(record);

    public void Dispose()
    {
        _window.Dispose();
        _scanner.Dispose();
    }
}
