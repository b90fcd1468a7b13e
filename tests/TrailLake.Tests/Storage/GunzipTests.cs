using System.IO.Compression;
using System.Text;
using TrailLake.Storage;

namespace TrailLake.Tests.Storage;

public sealed class GunzipTests
{
    // Compressible and not, so that both stored and coded blocks come.
    static readonly byte[] Content = MakeContent();

    [Fact]
    public void The_runtime_lets_its_zlib_be_called()
    {
        using var gunzip = Gunzip.Create();
        Assert.IsType<NativeGunzip>(gunzip);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gzip_is_inflated_whatever_pieces_it_comes_and_goes_in(bool isNative)
    {
        var zipped = Zip(Content);
        using var gunzip = Make(isNative);
        foreach (var (input, output) in new[] { (1, 1000), (1, 1_000_000), (7, 13), (1000, 1), (1_000_000, 1_000_000), (100, 64) })
        {
            Assert.Equal(Content, ReadAll(gunzip, zipped, input, output));
            Assert.Equal((true, GunzipFault.None, 0L, (long)zipped.Length), (gunzip.IsGzip, gunzip.Fault, gunzip.TrailingBytes, gunzip.StoredBytes));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Several_members_are_one_content(bool isNative)
    {
        using var gunzip = Make(isNative);
        byte[] zipped = [.. Zip(Content), .. Zip([]), .. Zip("end"u8.ToArray())];
        Assert.Equal([.. Content, .. "end"u8], ReadAll(gunzip, zipped, 5, 100));
        Assert.Equal(GunzipFault.None, gunzip.Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_not_gzip_passes_as_it_is(bool isNative)
    {
        using var gunzip = Make(isNative);
        foreach (var plain in new[] { Content, [], [0x1f], [0x8b, 0x1f, 8], Encoding.UTF8.GetBytes("{}") })
        {
            Assert.Equal(plain, ReadAll(gunzip, plain, 3, 64));
            Assert.Equal((false, GunzipFault.None), (gunzip.IsGzip, gunzip.Fault));
        }
    }

    [Fact]
    public void What_follows_the_last_member_is_not_read_but_counted_and_told_from_padding()
    {
        using var gunzip = Make(isNative: true);
        foreach (var tail in new[] { new byte[512], [0x1f], Encoding.UTF8.GetBytes("garbage") })
        {
            Assert.Equal(Content, ReadAll(gunzip, [.. Zip(Content), .. tail], 1000, 1000));
            Assert.Equal((GunzipFault.None, (long)tail.Length, tail[0] != 0), (gunzip.Fault, gunzip.TrailingBytes, gunzip.HasTrailingData));
        }
    }

    [Fact]
    public void Cut_off_anywhere_it_gives_what_it_had_and_says_so()
    {
        var zipped = Zip(Content[..5000]);
        using var gunzip = Make(isNative: true);
        using var twin = Make(isNative: false);
        for (var length = 2; length < zipped.Length; length++)
        {
            var read = ReadAll(gunzip, zipped[..length], 1000, 77);
            Assert.Equal(GunzipFault.Truncated, gunzip.Fault);
            Assert.Equal(Content[..read.Length], read);
            Assert.True(read.AsSpan().StartsWith(ReadAll(twin, zipped[..length], 1000, 77)));
        }
    }

    [Theory]
    [InlineData(-8)]
    [InlineData(-1)]
    public void A_checksum_that_is_wrong_is_told_apart_from_damage(int place)
    {
        var zipped = Zip(Content);
        zipped[zipped.Length + place] ^= 1;
        using var gunzip = Make(isNative: true);
        Assert.Equal(Content, ReadAll(gunzip, zipped, 1000, 1000));
        Assert.Equal(GunzipFault.BadChecksum, gunzip.Fault);
    }

    [Fact]
    public void Damage_is_always_noticed_and_the_next_object_is_read_well()
    {
        var random = new Random(3);
        var zipped = Zip(Content[..20_000]);
        using var gunzip = Make(isNative: true);
        for (var round = 0; round < 500; round++)
        {
            var damaged = zipped.ToArray();
            damaged[random.Next(10, damaged.Length)] ^= (byte)(1 << random.Next(8));
            var read = ReadAll(gunzip, damaged, 1000, 1 + random.Next(5000));
            Assert.True(gunzip.Fault != GunzipFault.None || read.AsSpan().SequenceEqual(Content.AsSpan(0, 20_000)));
        }
        Assert.Equal(Content[..20_000], ReadAll(gunzip, zipped, 1000, 1000));
        Assert.Equal(GunzipFault.None, gunzip.Fault);
    }

    static Gunzip Make(bool isNative) => isNative ? new NativeGunzip() : new StreamGunzip();

    static byte[] ReadAll(Gunzip gunzip, byte[] stored, int inputBytes, int outputBytes)
    {
        gunzip.Open(new Pieces(stored, inputBytes));
        var all = new List<byte>();
        var buffer = new byte[outputBytes];
        int read;
        do
        {
            read = gunzip.Read(buffer);
            all.AddRange(buffer.AsSpan(0, read));
        }
        while (read == outputBytes);
        Assert.Equal(0, gunzip.Read(buffer));
        return [.. all];
    }

    static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }
        return zipped.Length > 0 ? zipped.ToArray() : [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    static byte[] MakeContent()
    {
        var random = new Random(5);
        var content = new byte[60_000];
        random.NextBytes(content.AsSpan(20_000, 10_000));
        for (var i = 0; i < 20_000; i++)
        {
            content[i] = (byte)"{\"eventVersion\":\"1.08\"}"[i % 23];
            content[30_000 + i] = (byte)('a' + random.Next(3));
        }
        return content;
    }

    /// <summary>A stream that gives only so many bytes at a time, as a network does.</summary>
    sealed class Pieces(byte[] content, int bytes) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, bytes)]);
    }
}
