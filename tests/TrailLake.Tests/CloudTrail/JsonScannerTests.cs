using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

/// <summary>The vectorised scan against a plain one that goes byte by byte.</summary>
public sealed unsafe class JsonScannerTests
{
    [Fact]
    public void The_close_of_a_bracket_is_where_a_plain_scan_finds_it()
    {
        var random = new Random(42);
        var letters = "{}[]\"\\\\ax,"u8;
        for (var round = 0; round < 20_000; round++)
        {
            var length = random.Next(1, 400);
            var bytes = new byte[length + JsonScanner.Padding];
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = letters[random.Next(random.Next(3) == 0 ? letters.Length : 4)];
            }
            Compare(bytes, length, (byte)'{', (byte)'}');
            Compare(bytes, length, (byte)'[', (byte)']');
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Runs_of_backslashes_of_every_length_across_every_block_border_are_counted_right(int more)
    {
        for (var before = 0; before < 130; before++)
        {
            for (var run = 1; run < 140; run++)
            {
                var text = "{\"" + new string('x', before) + new string('\\', run) + "\"" + new string('}', more) + "\"}}}";
                var bytes = Encoding.UTF8.GetBytes(text + new string('\0', JsonScanner.Padding));
                Compare(bytes, text.Length, (byte)'{', (byte)'}');
            }
        }
    }

    [Fact]
    public void Prefix_xor_marks_what_is_between_quotes()
    {
        var random = new Random(1);
        for (var round = 0; round < 1000; round++)
        {
            var bits = (ulong)random.NextInt64() & (ulong)random.NextInt64();
            var expected = 0UL;
            var inside = false;
            for (var bit = 0; bit < 64; bit++)
            {
                inside ^= (bits >> bit & 1) != 0;
                expected |= inside ? 1UL << bit : 0;
            }
            Assert.Equal(expected, JsonScanner.PrefixXor(bits));
            Assert.Equal(expected, JsonScanner.PrefixXorPlain(bits));
        }
    }

    [Fact]
    public void Narrow_vectors_see_what_wide_ones_see()
    {
        var random = new Random(2);
        var bytes = stackalloc byte[64];
        for (var round = 0; round < 1000; round++)
        {
            var expected = 0UL;
            for (var bit = 0; bit < 64; bit++)
            {
                bytes[bit] = (byte)random.Next(4);
                expected |= bytes[bit] == 3 ? 1UL << bit : 0;
            }
            Assert.Equal(expected, JsonScanner.Mask256(bytes, 3));
            Assert.Equal(expected, JsonScanner.Mask128(bytes, 3));
        }
    }

    static void Compare(byte[] bytes, int length, byte open, byte close)
    {
        fixed (byte* start = bytes)
        {
            for (var depth = 0; depth < 2; depth++)
            {
                var found = JsonScanner.FindClose(start, start + length, open, close, depth);
                Assert.Equal(FindClosePlain(bytes.AsSpan(0, length), open, close, depth), found == null ? -1 : found - start);
            }
        }
    }

    static int FindClosePlain(ReadOnlySpan<byte> bytes, byte open, byte close, int depth)
    {
        var inString = false;
        var escaped = false;
        for (var i = 0; i < bytes.Length; i++)
        {
            var letter = bytes[i];
            if (letter == '\\')
            {
                escaped = !escaped;
                continue;
            }
            if (letter == '"')
            {
                inString ^= !escaped; // a quote is escaped also outside of strings, where no JSON has a backslash
            }
            else if (!inString && (letter == open || letter == close))
            {
                depth += letter == open ? 1 : -1;
                if (depth == 0)
                {
                    return i + 1;
                }
            }
            escaped = false;
        }
        return -1;
    }
}
