using System.Runtime.Intrinsics;
using System.Text;
using TrailLake.Parquet;
using TrailLake.Parquet.Compression;

namespace TrailLake.Tests.Parquet;

/// <summary>Checksums, hashes and the small compressor, by their published values and their plain twins.</summary>
public sealed class ChecksumTests
{
    [Fact]
    public void Crc32_gives_the_published_check_value() => Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));

    [Fact]
    public void Crc32_by_folding_is_crc32_by_table()
    {
        var bytes = new byte[1_000];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length < 700; length++)
            Assert.Equal(Crc32.OfPlain(bytes.AsSpan(length % 17, length)), Crc32.Of(bytes.AsSpan(length % 17, length)));
    }

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void XxHash64_gives_the_published_values(string text, ulong expected) => Assert.Equal(expected, XxHash64.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_bloom_filter_holds_all_that_was_put_in_and_little_else()
    {
        using var buffer = new ByteBuffer();
        unsafe
        {
            var texts = Enumerable.Range(0, 10_000).Select(i => Encoding.UTF8.GetBytes($"value {i}")).ToArray();
            var pins = texts.Select(text => System.Runtime.InteropServices.GCHandle.Alloc(text, System.Runtime.InteropServices.GCHandleType.Pinned)).ToArray();
            BloomFilter.Write(buffer, [.. texts.Select(text => ByteSlice.OfFixed(text))]);
            foreach (var pin in pins)
                pin.Free();
            var blocks = buffer.Written[^16_384..];
            foreach (var text in texts)
                Assert.True(BloomFilter.MayHold(blocks, text));
            var wrong = 0;
            for (var i = 0; i < 10_000; i++)
                wrong += BloomFilter.MayHold(blocks, Encoding.UTF8.GetBytes($"other {i}")) ? 1 : 0;
            Assert.InRange(wrong, 0, 100);
        }
    }

    [Fact]
    public void A_bloom_filters_bits_are_the_same_one_by_one()
    {
        var shifts = Vector256.Create(0u, 1, 2, 31, 30, 15, 16, 7);
        Assert.Equal(Vector256.Create(1u, 2, 4, 1u << 31, 1u << 30, 1 << 15, 1 << 16, 1 << 7), BloomFilter.ShiftedPlain(shifts));
    }

    [Fact]
    public void Snappy_gives_back_what_it_took()
    {
        var random = new Random(2);
        using var compressor = new SnappyCompressor();
        foreach (var length in (int[])[0, 1, 4, 8, 59, 60, 61, 64, 255, 256, 257, 300, 65_535, 65_536, 65_537, 200_000])
        {
            for (var variety = 1; variety <= 256; variety *= 4)
            {
                var source = new byte[length];
                for (var i = 0; i < length; i++)
                    source[i] = i > 8 && random.Next(8) > 0 ? source[i - 1 - random.Next(Math.Min(i - 1, 8))] : (byte)random.Next(variety);
                using var buffer = new ByteBuffer();
                Assert.Equal(compressor.Compress(source, buffer, lettersOnly: false), buffer.Length);
                var found = new byte[SnappyDecompressor.SizeOf(buffer.Written)];
                Assert.True(SnappyDecompressor.TryDecompress(buffer.Written, found));
                Assert.True(source.AsSpan().SequenceEqual(found), $"{length} bytes of {variety} letters");
            }
        }
    }
}
