using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>A file that a run writes into a partition, row group by row group; invisible until it is published.</summary>
/// <param name="key">Its key in the lake.</param>
/// <param name="write">Where its bytes go.</param>
/// <param name="footer">What it will close with.</param>
sealed class PartitionFile(string key, ObjectWrite write, ParquetFooter footer) : IDisposable
{
    readonly List<RowGroupFacts> _groups = [];
    ParquetFooter? _footer = footer;
    long _length;

    public string Key => key;

    /// <summary>Its bytes so far.</summary>
    public long SizeBytes => _length;

    /// <summary>Its rows so far.</summary>
    public long Rows => _groups.Sum(group => (long)group.Rows);

    /// <summary>Its row groups.</summary>
    public IReadOnlyList<RowGroupFacts> Groups => _groups;

    /// <summary>Appends a row group that the footer knows.</summary>
    /// <param name="isWholeFile">The file's end comes with it.</param>
    public void Append(ReadOnlySpan<byte> bytes, RowGroupFacts facts, bool isWholeFile)
    {
        write.Append(bytes);
        _length += bytes.Length;
        _groups.Add(facts);
        if (isWholeFile)
            _footer = null;
    }

    /// <summary>Ends the file, unless it ended with its row group; returns how many bytes that took.</summary>
    public int Close()
    {
        if (_footer is null)
            return 0;
        var end = _footer.Encode();
        write.Append(end);
        _length += end.Length;
        _footer = null;
        for (var i = 0; i < _groups.Count; i++)
            _groups[i] = _groups[i] with { Fingerprints = null }; // few rows will still come: their ids are looked up in the file
        return end.Length;
    }

    /// <summary>Reads the file, as if it ended here where it is not closed yet.</summary>
    public ParquetReader Open(string name)
    {
        var end = _footer?.Encode() ?? [];
        var length = _length;
        return new ParquetReader(name, length + end.Length, (offset, target) =>
        {
            var inFile = (int)Math.Clamp(length - offset, 0, target.Length);
            if (inFile > 0)
                write.ReadBack(offset, target[..inFile]);
            if (inFile < target.Length)
                end.AsSpan((int)(offset + inFile - length), target.Length - inFile).CopyTo(target[inFile..]);
        });
    }

    /// <summary>What makes the file visible when it is committed.</summary>
    public ObjectWrite Write => write;

    /// <summary>Drops the file unless it was published.</summary>
    public void Dispose() => write.Dispose();
}
