using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TrailLake.CloudTrail;

// A log file as CloudTrail delivers it, gzipped:
//   {"Records":[ record , record , … ]}

/// <summary>Writes records into log files under a folder, one file at a time. A file that is full goes on in another, whose
/// name ends in -2, -3 and so on.</summary>
public sealed class LogFileWriter : IDisposable
{
    /// <summary>A file's records, so that whoever reads it back needs little memory.</summary>
    public const int MaxRecords = 50_000;

    /// <summary>A file's JSON in bytes; a single record may be larger.</summary>
    public const long MaxBytesJson = 256L << 20;

    const string Ending = ".json.gz";

    readonly string _folder;
    readonly int _maxRecords;
    readonly HashSet<long> _made = []; // by a hash of their names: a million files take 30 MB of memory, and as names 250
    string? _key;
    string? _path;
    GZipStream? _file;
    int _recordsInFile;
    long _bytesInFile;

    /// <param name="folder">Every file is written below it.</param>
    /// <param name="maxRecords">Records a file.</param>
    public LogFileWriter(string folder, int maxRecords = MaxRecords)
    {
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _maxRecords = maxRecords;
    }

    public long Records { get; private set; }

    public long Files { get; private set; }

    /// <summary>The size of all finished files, gzipped.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>The size of all finished files, unzipped.</summary>
    public long BytesJson { get; private set; }

    /// <summary>Appends a record to the file of a key, which is closed when another key comes.</summary>
    /// <param name="key">Names joined by slashes; without the ending .json.gz it gets one.</param>
    /// <param name="record">A JSON object.</param>
    /// <exception cref="CloudTrailException">The key leads out of the folder.</exception>
    public void Append(string key, ReadOnlySpan<byte> record)
    {
        if (key != _key || _recordsInFile >= _maxRecords || _bytesInFile + record.Length > MaxBytesJson)
        {
            Finish();
            Open(key);
        }
        Write(_recordsInFile++ == 0 ? "{\"Records\":["u8 : ","u8);
        Write(record);
        Records++;
    }

    /// <summary>Closes the file that is being written.</summary>
    public void Finish()
    {
        if (_file is null)
            return;
        Write("]}"u8);
        Dispose();
        Files++;
        BytesJson += _bytesInFile;
        BytesWritten += new FileInfo(_path!).Length;
    }

    /// <summary>Lets go of a file that is not finished.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        _key = null;
    }

    /// <summary>Removes the files that it has made, and the folders in which nothing is left; whatever else lies there stays.</summary>
    public void Remove()
    {
        if (Directory.Exists(_folder))
            Remove(_folder);
    }

    void Remove(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*" + Ending))
        {
            if (_made.Contains(HashOf(file)))
                File.Delete(file);
        }
        foreach (var inner in Directory.GetDirectories(folder))
        {
            Remove(inner);
            if (!Directory.EnumerateFileSystemEntries(inner).Any())
                Directory.Delete(inner);
        }
    }

    static long HashOf(string path) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes(path.AsSpan())));

    void Write(ReadOnlySpan<byte> utf8)
    {
        _file!.Write(utf8);
        _bytesInFile += utf8.Length;
    }

    void Open(string key)
    {
        _path = FreePath(key);
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _file = new GZipStream(new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16), CompressionLevel.Optimal);
        _made.Add(HashOf(_path));
        (_key, _recordsInFile, _bytesInFile) = (key, 0, 0);
    }

    string FreePath(string key)
    {
        var stem = key.EndsWith(Ending, StringComparison.Ordinal) ? key[..^Ending.Length]
            : key.EndsWith(".json", StringComparison.Ordinal) ? key[..^".json".Length] : key;
        var path = Path.GetFullPath(Path.Join(_folder, stem));
        if (!path.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new CloudTrailException($"{key}: expected a name below {_folder}, found one that leads out of it; nothing was written there.");
        for (var number = 2; File.Exists(path + Ending); number++)
            path = $"{Path.GetFullPath(Path.Join(_folder, stem))}-{number}";
        return path + Ending;
    }
}
