using TrailLake.DuckDb;
using TrailLake.Parquet;
using TrailLake.Parquet.Chunks;
using TrailLake.Parquet.Encodings;
using TrailLake.Parquet.Reading;

namespace TrailLake.Tests.Parquet;

/// <summary>The inner loops against their plain twins and against their own readers, at the lengths and widths where loops go wrong.</summary>
public sealed class EncodingTests
{
    static readonly int[] Lengths = [0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 127, 128, 129, 130, 1_000, 32_767, 32_768, 32_769];
    static readonly ReadPlace Here = new("a test");

    [Fact]
    public void Bits_are_packed_and_unpacked_like_one_after_the_other()
    {
        var random = new Random(1);
        for (var width = 1; width <= 32; width++)
        {
            foreach (var length in Lengths)
            {
                var values = Enumerable.Range(0, length).Select(_ => (int)(random.NextInt64() & (1L << width) - 1)).ToArray();
                using var fast = new ByteBuffer();
                BitPacking.Pack(fast, values, width);
                var plain = new byte[(length + 7) / 8 * width + 8];
                BitPacking.PackPlain(plain, values, width);
                Assert.True(fast.Written.SequenceEqual(plain.AsSpan(0, plain.Length - 8)), $"{length} values of {width} bits");
                var (read, plainly) = (new int[length], new int[length]);
                BitPacking.Unpack(fast.Written, read, width);
                BitPacking.UnpackPlain(fast.Written, plainly, width);
                Assert.True(values.AsSpan().SequenceEqual(read) && values.AsSpan().SequenceEqual(plainly), $"{length} values of {width} bits, unpacked");
            }
        }
    }

    [Fact]
    public void Runs_and_bit_packed_stretches_read_back()
    {
        var random = new Random(2);
        foreach (var width in (int[])[1, 2, 3, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32])
        {
            foreach (var length in Lengths)
            {
                foreach (var mostRun in (int[])[1, 9, 40, 100_000])
                {
                    var values = new int[length];
                    for (var i = 0; i < length;)
                    {
                        var value = (int)(random.NextInt64() & (1L << width) - 1);
                        for (var run = 1 + random.Next(mostRun); run > 0 && i < length; run--)
                            values[i++] = value;
                    }
                    using var buffer = new ByteBuffer();
                    RleHybrid.Write(buffer, values, width);
                    var found = new int[length];
                    new PageDecoder(buffer.Written, Here).ReadHybrid(found, width);
                    Assert.True(values.AsSpan().SequenceEqual(found), $"{length} values of {width} bits in runs of up to {mostRun}");
                }
            }
        }
    }

    [Fact]
    public void Levels_of_any_range_of_rows_read_back()
    {
        var random = new Random(3);
        var presence = new Presence();
        foreach (var rows in Lengths.Where(length => length > 0))
        {
            foreach (var mostRun in (int[])[1, 20, 200])
            {
                var present = new byte[rows];
                for (var (i, value) = (0, 0); i < rows; value ^= 1)
                {
                    for (var run = 1 + random.Next(mostRun); run > 0 && i < rows; run--)
                        present[i++] = (byte)value;
                }
                presence.SetFromBytes(present);
                Assert.Equal(present.Count(bit => bit == 1), presence.Count);
                var first = random.Next(rows);
                var part = present.AsSpan(first, 1 + random.Next(rows - first)).ToArray();
                Assert.Equal(part.Count(bit => bit == 1), presence.CountIn(first, part.Length));
                using var buffer = new ByteBuffer();
                presence.WriteLevels(buffer, first, part.Length, presence.CountIn(first, part.Length));
                var levels = new int[part.Length];
                new PageDecoder(buffer.Written, Here).ReadLevels(levels, 1);
                Assert.Equal(part.Select(bit => (int)bit), levels);
            }
        }
    }

    [Fact]
    public void Presence_is_the_same_from_bytes_and_from_indexes()
    {
        var random = new Random(4);
        var (fromBytes, fromIndexes) = (new Presence(), new Presence());
        foreach (var rows in Lengths.Where(length => length > 0))
        {
            var indexes = Enumerable.Range(0, rows).Select(_ => random.Next(-1, 3) is var index && index < 0 ? -1 : index).ToArray();
            Assert.Equal(Math.Max(0, indexes.Max()), fromIndexes.SetFromIndexes(indexes));
            fromBytes.SetFromBytes([.. indexes.Select(index => (byte)(index < 0 ? 0 : 1))]);
            Assert.Equal(fromBytes.Count, fromIndexes.Count);
            for (var row = 0; row < rows; row++)
                Assert.Equal(fromBytes.CountIn(row, 1), fromIndexes.CountIn(row, 1));
        }
    }

    [Fact]
    public void Differences_read_back_whatever_their_width()
    {
        var random = new Random(5);
        foreach (var length in Lengths)
        {
            for (var bits = 0; bits <= 64; bits += 4)
            {
                var values = Enumerable.Range(0, length).Select(_ => bits == 0 ? 5 : random.NextInt64(long.MinValue, long.MaxValue) >> 64 - bits).ToArray();
                AssertDifferences(values, are32Bits: false);
                AssertDifferences([.. values.Select(value => (long)(int)value)], are32Bits: true);
            }
        }
    }

    static void AssertDifferences(long[] values, bool are32Bits)
    {
        using var buffer = new ByteBuffer();
        DeltaBinaryPacked.Write(buffer, values, are32Bits);
        var found = new long[values.Length];
        var decoder = new PageDecoder(buffer.Written, Here);
        decoder.ReadDeltas(found, are32Bits);
        Assert.Equal(values, found);
        Assert.Equal(0, decoder.Remaining);
    }

    [Fact]
    public void Booleans_are_drawn_together_like_one_after_the_other()
    {
        var random = new Random(6);
        foreach (var rows in Lengths.Where(length => length > 0))
        {
            object?[] values = [.. Enumerable.Range(0, rows).Select(i => random.Next(3) switch { 0 => null, 1 => (object?)true, _ => false })];
            var table = new TestTable((new ParquetColumn("b", ParquetType.Boolean), values));
            using var reader = new ParquetReader("booleans", new MemoryStream(table.Write(new ParquetOptions { PageRows = 1 + random.Next(100) })));
            TestTable.AssertSame(table.Spelled(), TestTable.Spelled(reader), "TrailLake.Parquet");
        }
        for (var i = 0; i < 1_000; i++)
        {
            var (bits, mask) = ((uint)random.NextInt64(), (uint)random.NextInt64());
            Assert.Equal(System.Runtime.Intrinsics.X86.Bmi2.IsSupported ? System.Runtime.Intrinsics.X86.Bmi2.ParallelBitExtract(bits, mask) : BooleanChunk.ExtractPlain(bits, mask), BooleanChunk.ExtractPlain(bits, mask));
        }
    }

    [Fact]
    public void Dictionaries_of_every_index_width_come_back()
    {
        const int Rows = 110_000;
        int[] sizes = [1, 2, 3, 4, 5, 8, 9, 16, 17, 255, 256, 257, 4_096, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 70_000];
        using var folder = new TempFolder();
        var path = folder["widths.parquet"];
        using (var writer = new ParquetWriter(File.Create(path), new ParquetSchema(sizes.Select(size => new ParquetColumn($"of_{size}", ParquetType.Text))), new ParquetOptions { PageRows = 32_768, RowGroupRows = Rows, Codec = ParquetCodec.None }))
        {
            for (var row = 0; row < Rows; row++)
            {
                for (var column = 0; column < sizes.Length; column++)
                    writer[column].Append(Value(row, sizes[column]));
                writer.EndRow();
            }
            writer.Complete();
        }
        using var reader = ParquetReader.Open(path);
        using var values = new ColumnValues();
        using var duck = DuckDbConnection.OpenInMemory();
        for (var column = 0; column < sizes.Length; column++)
        {
            Assert.Equal(sizes[column] < 70_000, reader.RowGroups[0].Chunks[column].HasDictionary);
            reader.Read(0, column, values);
            for (var row = 0; row < Rows; row++)
                Assert.True(values.Utf8(row).SequenceEqual(Value(row, sizes[column])), $"row {row} of {sizes[column]} values");
            Assert.Equal((long)Rows, duck.Scalar($"select count(*) from read_parquet(?, file_row_number = true) where of_{sizes[column]} = 'value ' || (10000000 + file_row_number * 7919 % {sizes[column]})", path));
        }

        static ReadOnlySpan<byte> Value(int row, int size)
        {
            var text = new byte[14];
            System.Text.Unicode.Utf8.TryWrite(text, $"value {10_000_000 + row * 7_919L % size}", out _);
            return text;
        }
    }
}
