using System.Text;
using TrailLake.Parquet.Chunks;
using TrailLake.Parquet.Compression;
using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet;

/// <summary>What a file in the making must remember: its length so far and its row groups as they will stand in the footer, a few
/// kilobytes. So thousands of files can be in the making at once, none of them open.</summary>
public sealed class ParquetFooter
{
    readonly PackedRowGroups _rowGroups = new();

    /// <summary>A file without any row group yet.</summary>
    public ParquetFooter(ParquetSchema schema, ParquetOptions options)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        foreach (var name in options.SortedBy)
        {
            if (schema.IndexOf(name) < 0)
            {
                throw new ParquetException($"Expected the columns that rows are sorted by to be in the schema, found {name}, which is not.");
            }
            if (schema.Columns[schema.IndexOf(name)].IsLeftOutWhereNull)
            {
                throw new ParquetException($"Expected the columns that rows are sorted by to be in every file, found {name}, which may be left out.");
            }
        }
        Schema = schema;
        Options = options;
        Require(options.PageRows, 1, int.MaxValue, nameof(options.PageRows));
        Require(options.PageBytes, 1, int.MaxValue, nameof(options.PageBytes));
        Require(options.RowGroupRows, 1, ParquetLimits.RowsOfGroup, nameof(options.RowGroupRows));
    }

    /// <summary>The file's columns.</summary>
    public ParquetSchema Schema { get; }

    /// <summary>How the file is written.</summary>
    public ParquetOptions Options { get; }

    /// <summary>The file's bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>The file's rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The file's row groups so far.</summary>
    public int RowGroups { get; private set; }

    internal static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Ends the file.</summary>
    /// <returns>Its last bytes; of a file without row groups, all its bytes.</returns>
    public byte[] Encode()
    {
        using var buffer = new ByteBuffer();
        using var decompressor = new Decompressor();
        EncodeTo(buffer, decompressor, [], []);
        return buffer.Written.ToArray();
    }

    /// <param name="buffer">Where the end of the file goes.</param>
    /// <param name="decompressor">Unpacks the row groups that wait.</param>
    /// <param name="last">The last row group's part of the footer, which need not wait.</param>
    /// <param name="chunks">Of a file's only row group, which says what columns the file has; empty where it has all of the schema.</param>
    void EncodeTo(ByteBuffer buffer, Decompressor decompressor, ReadOnlySpan<byte> last, ReadOnlySpan<ChunkRecord> chunks)
    {
        if (Length == 0)
        {
            buffer.Write(Magic);
        }
        var start = buffer.Length;
        var thrift = new ThriftWriter(buffer);
        var file = thrift.Element();
        thrift.Int32(1, 1); // the version that parquet.thrift advises every writer to give
        var columns = Schema.WriteTo(ref thrift, buffer, chunks);
        thrift.Int64(3, Rows);
        thrift.List(4, ThriftType.Struct, RowGroups);
        _rowGroups.WriteTo(buffer, decompressor);
        buffer.Write(last);
        WriteKeyValues(ref thrift);
        thrift.Binary(6, Encoding.UTF8.GetBytes(Options.CreatedBy));
        thrift.List(7, ThriftType.Struct, columns);
        for (var i = 0; i < columns; i++)
        {
            // Says that least and greatest values follow the order of the type; without it readers do not trust them.
            var order = thrift.Element();
            thrift.EmptyStruct(1);
            thrift.End(order);
        }
        thrift.End(file);
        buffer.WriteInt32(buffer.Length - start);
        buffer.Write(Magic);
    }

    /// <summary>Takes a finished row group over: appends bloom filters and page index to its bytes, and notes it.</summary>
    internal void Add(PageWriter pages, ByteBuffer blooms, int rows) => _rowGroups.Add(Encode(pages, blooms, rows), pages);

    /// <summary>Takes a file's last row group over and ends the file.</summary>
    internal void AddLast(PageWriter pages, ByteBuffer blooms, int rows)
    {
        var isOnly = _rowGroups.IsEmpty;
        EncodeTo(pages.Output, pages.Decompressor, Encode(pages, blooms, rows), isOnly ? pages.Chunks : []);
    }

    // Valid until the next page is put together.
    ReadOnlySpan<byte> Encode(PageWriter pages, ByteBuffer blooms, int rows)
    {
        var origin = Length;
        var output = pages.Output;
        var bloomsAt = output.Length;
        output.Write(blooms.Written);
        var index = PageIndex.Write(output, pages, origin);
        var buffer = pages.Body; // no page is being put together any more
        buffer.Clear();
        var group = new RowGroupThrift(buffer, this, origin, bloomsAt);
        group.Write(pages, index, rows);
        Length += output.Length;
        Rows += rows;
        RowGroups++;
        return buffer.Written;
    }

    void WriteKeyValues(ref ThriftWriter thrift)
    {
        if (Options.KeyValueMetadata.Count == 0)
        {
            return;
        }
        thrift.List(5, ThriftType.Struct, Options.KeyValueMetadata.Count);
        foreach (var (key, value) in Options.KeyValueMetadata)
        {
            var pair = thrift.Element();
            thrift.Binary(1, Encoding.UTF8.GetBytes(key));
            thrift.Binary(2, Encoding.UTF8.GetBytes(value));
            thrift.End(pair);
        }
    }

    static void Require(int value, int least, int most, string option)
    {
        if (value < least || value > most)
        {
            throw new ParquetException($"{option}: expected {least} to {most}, found {value}.");
        }
    }
}
