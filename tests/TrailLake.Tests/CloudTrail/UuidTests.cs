using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

public sealed class UuidTests
{
    [Fact]
    public void Text_and_bytes_are_those_of_the_library()
    {
        var random = new Random(20241105);
        var bytes = new byte[16];
        var text = new byte[Uuid.TextLength];
        for (var i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            var expected = new Guid(bytes, bigEndian: true).ToString("D");
            Assert.True(Uuid.TryParse(Encoding.UTF8.GetBytes(expected), out var uuid));
            uuid.Format(text);
            Assert.Equal(expected, Encoding.UTF8.GetString(text));
            Assert.Equal(Convert.ToHexStringLower(bytes), $"{uuid.High:x16}{uuid.Low:x16}");
        }
    }

    [Fact]
    public void Any_other_letter_in_any_place_is_refused()
    {
        var good = Encoding.UTF8.GetBytes("01234567-89ab-cdef-0123-456789abcdef");
        for (var place = 0; place < good.Length; place++)
        {
            for (var letter = 0; letter < 256; letter++)
            {
                var text = good.ToArray();
                text[place] = (byte)letter;
                var isGood = good[place] == '-' ? letter == '-' : "0123456789abcdef".Contains((char)letter);
                Assert.Equal(isGood, Uuid.TryParse(text, out _));
            }
        }
    }
}
