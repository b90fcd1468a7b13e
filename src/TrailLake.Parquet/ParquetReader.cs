using System.Buffers.Binary;
using System.Collections.Immutable;
using TrailLake.Parquet.Reading;
using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet;

/// <summary>Reads a part of a file into the target, all of it or an exception.</summary>
/// <param name="offset">Where the part begins, in bytes.</param>
/// <param name="target">Where it goes.</param>
public delegate void ReadParquetBytes(long offset, Span<byte> target);

/// <summary>Reads the files that this library writes: footer first, then just the columns that are asked for. A damaged file gives a
/// <see cref="ParquetException"/>, whatever its bytes. One thread at a time.</summary>
public sealed class ParquetReader : IDisposable
{
    const int TailBytes = 8; // the footer's length and "PAR1"

    readonly ReadPlace _place;
    readonly ReadParquetBytes _read;
    readonly long _length;
    readonly IDisposable? _owned;
    readonly ParquetWorkspace _workspace;
    readonly bool _ownsWorkspace;
    readonly FileMetadata _metadata;

    /// <summary>Reads a file's footer.</summary>
    /// <param name="name">The file's name, for error messages.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="read">Gives any part of it.</param>
    /// <param name="workspace">What reading takes of memory, where many files are read; this reader's own if null. Until another reader has it, this one may read.</param>
    public ParquetReader(string name, long length, ReadParquetBytes read, ParquetWorkspace? workspace = null)
        : this(name, length, read, null, workspace) { }

    /// <summary>Reads the footer of a stream that can seek.</summary>
    public ParquetReader(string name, Stream stream, bool leaveOpen = false)
        : this(name, stream.Length, (offset, target) => ReadAt(stream, offset, target), leaveOpen ? null : stream, null) { }

    ParquetReader(string name, long length, ReadParquetBytes read, IDisposable? owned, ParquetWorkspace? workspace)
    {
        (_length, _read, _owned) = (length, read, owned);
        (_workspace, _ownsWorkspace) = (workspace ?? new(), workspace is null);
        _place = new ReadPlace(name);
        _metadata = ReadFooter();
    }

    /// <summary>Opens a file on disk.</summary>
    public static ParquetReader Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            return new ParquetReader(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The columns, without what only writing needs to know of them.</summary>
    public ParquetSchema Schema => _metadata.Schema;

    /// <summary>The rows of all row groups.</summary>
    public long Rows => _metadata.Rows;

    /// <summary>The row groups.</summary>
    public ImmutableArray<ParquetRowGroup> RowGroups => _metadata.RowGroups;

    /// <summary>What else the footer says.</summary>
    public ImmutableArray<KeyValuePair<string, string>> KeyValueMetadata => _metadata.KeyValues;

    /// <summary>The program that wrote the file.</summary>
    public string CreatedBy => _metadata.CreatedBy;

    /// <summary>Reads a column of a row group. What <paramref name="into"/> held before is gone.</summary>
    /// <param name="rowGroup">The row group's number, from 0.</param>
    /// <param name="column">The column's place in the schema.</param>
    /// <param name="into">Where the values go.</param>
    public void Read(int rowGroup, int column, ColumnValues into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var chunk = RowGroups[rowGroup].Chunks[column];
        _place.EnterColumn(Schema.Columns[column].Name, rowGroup);
        if (chunk == ParquetChunk.PassedOver)
        {
            throw new InvalidOperationException($"Column {Schema.Columns[column].Name}: expected one that the workspace was told of, found that it was not.");
        }
        var start = chunk.DictionaryAt > 0 ? Math.Min(chunk.DictionaryAt, chunk.DataAt) : chunk.DataAt;
        RequireInFile(start, chunk.CompressedBytes);
        into.Raw.Clear();
        Fetch(start, into.Raw.Reserve((int)chunk.CompressedBytes));
        into.Raw.Advance((int)chunk.CompressedBytes);
        _workspace.Decoder.Read(Schema.Columns[column], chunk, RowGroups[rowGroup].Rows, _place, into);
    }

    /// <summary>Asks a chunk's bloom filter: false where the value is certainly not there; true where it may be, or there is no filter.</summary>
    public bool MayContain(int rowGroup, int column, ReadOnlySpan<byte> value)
    {
        var chunk = RowGroups[rowGroup].Chunks[column];
        if (!chunk.HasBloomFilter)
        {
            return true;
        }
        _place.EnterColumn(Schema.Columns[column].Name, rowGroup);
        return BloomFilter.MayHold(BlocksOf(chunk), value);
    }

    /// <summary>Compares the values of a column, as <see cref="Read"/> gave them, with what the file says of them elsewhere, by which readers pass over rows:
    /// nulls, bounds and bloom filter. Pages have checksums, and these have none.</summary>
    /// <exception cref="ParquetException">They do not go together.</exception>
    public void Check(int rowGroup, int column, ColumnValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var chunk = RowGroups[rowGroup].Chunks[column];
        _place.EnterColumn(Schema.Columns[column].Name, rowGroup);
        ChunkFacts.Check(Schema.Columns[column], chunk, values, _place);
        if (!chunk.HasBloomFilter)
        {
            return;
        }
        var blocks = BlocksOf(chunk);
        foreach (var text in values.Texts)
        {
            if (!BloomFilter.MayHold(blocks, text.Span))
            {
                throw _place.Wrong("a bloom filter that has all values of the column", "one that lacks some");
            }
        }
    }

    ReadOnlySpan<byte> BlocksOf(ParquetChunk chunk)
    {
        RequireInFile(chunk.BloomAt, chunk.BloomLength);
        var bytes = new byte[chunk.BloomLength];
        Fetch(chunk.BloomAt, bytes);
        var thrift = new ThriftReader(bytes, _place);
        var size = 0;
        while (thrift.Next(out var id, out var type))
        {
            if (id == 1)
            {
                size = thrift.Int32(type);
            }
            else
            {
                thrift.Skip(type);
            }
        }
        var blocks = bytes.AsSpan(thrift.Position);
        return size == blocks.Length && size > 0 && size % BloomFilter.BlockBytes == 0
            ? blocks
            : throw _place.Wrong("a bloom filter in whole blocks of 32 bytes", $"{size} of {blocks.Length} bytes");
    }

    /// <summary>Closes the file, where this reader opened it or was given the stream to keep.</summary>
    public void Dispose()
    {
        if (_ownsWorkspace)
        {
            _workspace.Dispose();
        }
        _owned?.Dispose();
    }

    FileMetadata ReadFooter()
    {
        if (_length < ParquetFooter.Magic.Length + TailBytes)
        {
            throw _place.Wrong("a Parquet file of at least 12 bytes", $"{_length}");
        }
        var tail = _workspace.Tail.AsSpan(0, (int)Math.Min(_workspace.Tail.Length, _length));
        Fetch(_length - tail.Length, tail);
        if (!tail[^4..].SequenceEqual(ParquetFooter.Magic))
        {
            throw _place.Wrong("\"PAR1\" as the last bytes", Convert.ToHexStringLower(tail[^4..]));
        }
        var size = BinaryPrimitives.ReadInt32LittleEndian(tail[^TailBytes..]);
        if (size < 1 || size > Math.Min(_length - ParquetFooter.Magic.Length, Array.MaxLength) - TailBytes)
        {
            throw _place.Wrong($"a footer that fits in a file of {_length} bytes", $"one of {size} bytes");
        }
        if (size > tail.Length - TailBytes)
        {
            tail = new byte[size + TailBytes];
            Fetch(_length - tail.Length, tail);
        }
        return FooterReader.Read(tail[^(TailBytes + size)..^TailBytes], _place, _workspace);
    }

    void Fetch(long offset, Span<byte> target)
    {
        try
        {
            _read(offset, target);
        }
        catch (EndOfStreamException)
        {
            throw _place.Wrong($"{target.Length} bytes from {offset} on, as the file's length of {_length} promised", "its end");
        }
    }

    void RequireInFile(long start, long bytes)
    {
        if (start < ParquetFooter.Magic.Length || bytes < 0 || bytes > int.MaxValue || start > _length - TailBytes - bytes)
        {
            throw _place.Wrong($"bytes within a file of {_length}", $"{bytes} from {start} on");
        }
    }

    static void ReadAt(Stream stream, long offset, Span<byte> target)
    {
        stream.Position = offset;
        stream.ReadExactly(target);
    }
}
