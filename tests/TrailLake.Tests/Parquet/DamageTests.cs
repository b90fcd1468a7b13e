using TrailLake.Parquet;
using TrailLake.Parquet.Compression;
using TrailLake.Parquet.Reading;
using TrailLake.Parquet.Thrift;

namespace TrailLake.Tests.Parquet;

/// <summary>Files that are cut, or whose bits have flipped: an error that names the file, or the right values, never anything else.</summary>
public sealed class DamageTests
{
    static readonly TestTable Table = WriteAndReadTests.OfEveryType(120);
    static readonly string Expected = string.Join('\n', Table.Spelled());

    [Fact]
    public void A_cut_file_is_an_error_wherever_it_is_cut()
    {
        var whole = Write(ParquetCodec.Zstd);
        for (var length = 0; length < whole.Length; length += 1 + length / 50)
        {
            var error = Assert.Throws<ParquetException>(() => Read(whole[..length]));
            Assert.Contains("damaged.parquet", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_flipped_bit_in_the_pages_is_found()
    {
        foreach (var codec in (ParquetCodec[])[ParquetCodec.None, ParquetCodec.Snappy, ParquetCodec.Gzip, ParquetCodec.Zstd])
            AssertFoundOrHarmless(Write(codec), new Random(1), 0, 400, flips: 1, valuesMustHold: true);
    }

    // Nothing guards the footer by a checksum: a flipped bit there may rename a column or a bound, but must not crash the reader.
    [Fact]
    public void A_flipped_bit_in_the_footer_never_crashes_the_reader() =>
        AssertFoundOrHarmless(Write(ParquetCodec.Zstd), new Random(2), 1, 800, flips: 1, valuesMustHold: false);

    [Fact]
    public void Bytes_of_chance_never_crash_the_reader()
    {
        foreach (var codec in (ParquetCodec[])[ParquetCodec.None, ParquetCodec.Snappy])
            AssertFoundOrHarmless(Write(codec), new Random(3), 2, 400, flips: 12, valuesMustHold: false);
    }

    [Fact]
    public void An_error_names_the_file_the_column_what_was_expected_and_what_was_found()
    {
        var bytes = Write(ParquetCodec.None);
        bytes[400] ^= 1;
        var error = Assert.Throws<ParquetException>(() => Read(bytes));
        Assert.Matches(@"^damaged\.parquet, column \w+ in row group 0: expected a page whose CRC-32 is [0-9a-f]{8}, found [0-9a-f]{8}\.", error.Message);
        Assert.Matches(@"expected ""PAR1"" as the last bytes, found 00000000", Assert.Throws<ParquetException>(() => Read(new byte[100])).Message);
    }

    [Theory]
    [InlineData(ParquetCodec.Snappy)]
    [InlineData(ParquetCodec.Gzip)]
    [InlineData(ParquetCodec.Zstd)]
    public void A_page_that_tells_no_length_inside_and_out_is_an_error(ParquetCodec codec)
    {
        using var into = new ColumnValues();
        var thrift = new ThriftWriter(into.Raw);
        var page = thrift.Element();
        thrift.Int32(1, (int)PageType.Data);
        thrift.Int32(2, -1); // what is told of bytes that tell nothing
        thrift.Int32(3, 5);
        var inner = thrift.Struct(5);
        thrift.Int32(1, 1);
        thrift.Int32(2, (int)PageEncoding.Plain);
        thrift.End(inner);
        thrift.End(page);
        into.Raw.Write([0xff, 0xff, 0xff, 0xff, 0xff]);
        using var decompressor = new Decompressor();
        var chunk = new ParquetChunk { Codec = codec, Values = 1, DataAt = 4 };
        var error = Assert.Throws<ParquetException>(() => new ChunkDecoder(decompressor).Read(new ParquetColumn("a", ParquetType.Int64), chunk, 1, new ReadPlace("damaged.parquet"), into));
        Assert.Contains("expected a page of -1 bytes", error.Message, StringComparison.Ordinal);
    }

    // A file of more than 2 GiB, of which only the end is looked at.
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MaxValue - 8)]
    [InlineData(int.MaxValue - 63)]
    public void A_footer_too_long_for_memory_is_an_error(int size)
    {
        byte[] end = [.. BitConverter.GetBytes(size), .. "PAR1"u8];
        var error = Assert.Throws<ParquetException>(() => new ParquetReader("damaged.parquet", 1L << 32, (_, target) => end.CopyTo(target[^8..])));
        Assert.Contains($"found one of {size} bytes", error.Message, StringComparison.Ordinal);
    }

    static byte[] Write(ParquetCodec codec) => Table.Write(new ParquetOptions { Codec = codec, PageRows = 50, RowGroupRows = 70 });

    /// <summary>Flips bits and reads. Where: 0 in the row groups, 1 in the footer, 2 anywhere.</summary>
    static void AssertFoundOrHarmless(byte[] whole, Random random, int where, int times, int flips, bool valuesMustHold)
    {
        var footerAt = whole.Length - 8 - BitConverter.ToInt32(whole, whole.Length - 8);
        for (var i = 0; i < times; i++)
        {
            var bytes = whole.ToArray();
            for (var flip = 0; flip < flips; flip++)
                bytes[where switch { 0 => random.Next(4, footerAt), 1 => random.Next(footerAt, bytes.Length), _ => random.Next(bytes.Length) }] ^= (byte)(1 << random.Next(8));
            try
            {
                var found = Read(bytes);
                Assert.True(!valuesMustHold || found == Expected, $"try {i}: other values than were written, and no error");
            }
            catch (ParquetException error)
            {
                Assert.Contains("damaged.parquet", error.Message, StringComparison.Ordinal);
            }
        }
    }

    static string Read(byte[] bytes)
    {
        using var reader = new ParquetReader("damaged.parquet", new MemoryStream(bytes));
        for (var column = 0; column < reader.Schema.Columns.Length; column++)
        {
            for (var group = 0; group < reader.RowGroups.Length; group++)
                reader.MayContain(group, column, "x"u8);
        }
        return string.Join('\n', TestTable.Spelled(reader));
    }
}
