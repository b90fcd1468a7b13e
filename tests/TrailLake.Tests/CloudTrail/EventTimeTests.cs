using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

public sealed class EventTimeTests
{
    [Theory]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000")]
    [InlineData("20131102T010628Z", "2013-11-02T01:06:28.000")]
    [InlineData("2024-01-31T10:00:00.5Z", "2024-01-31T10:00:00.500")]
    [InlineData("2024-01-31T10:00:00.123456789Z", "2024-01-31T10:00:00.123")]
    [InlineData("2024-01-31 10:00:00.123", "2024-01-31T10:00:00.123")]
    [InlineData("2024-01-31T10:00:00+02:00", "2024-01-31T08:00:00.000")]
    [InlineData("2024-01-31T10:00:00-0130", "2024-01-31T11:30:00.000")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000")]
    [InlineData("1710000000", "2024-03-09T16:00:00.000")]
    [InlineData("1710000000123", "2024-03-09T16:00:00.123")]
    public void A_time_is_read_however_it_is_spelt(string text, string expected)
    {
        Assert.True(EventTime.TryParse(Encoding.UTF8.GetBytes(text), out var millis));
        Assert.Equal(expected, DateTime.UnixEpoch.AddMilliseconds(millis).ToString("yyyy-MM-dd'T'HH:mm:ss.fff"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("2023-02-30T00:00:00Z")]
    [InlineData("2024-01-31")]
    [InlineData("2024-01-31T25:00:00Z")]
    [InlineData("2024-01-31T10:00:00Zulu")]
    [InlineData("2024-01-31T10:00:00.Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+10:00")]
    [InlineData("12345")]
    [InlineData("20240131235959")] // as milliseconds it would be in the year 2611
    [InlineData("99999999999999999999")]
    public void What_is_no_time_is_not_read_as_one(string text) =>
        Assert.False(EventTime.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("1.688560107857E9", 1688560107857)]
    [InlineData("1710000000", 1710000000000)]
    [InlineData("1710000000123", 1710000000123)]
    public void A_JSON_number_is_epoch_seconds_or_milliseconds(string number, long expected)
    {
        Assert.True(EventTime.TryParseNumber(Encoding.UTF8.GetBytes(number), out var millis));
        Assert.Equal(expected, millis);
    }

    [Fact]
    public void The_canonical_spelling_is_the_one_that_is_written()
    {
        var random = new Random(20241105);
        Span<byte> text = stackalloc byte[20];
        for (var i = 0; i < 10_000; i++)
        {
            var millis = random.NextInt64(-60_000_000_000, 253_402_300_799) * 1000;
            Assert.True(EventTime.Format(millis, text));
            Assert.True(EventTime.TryParseCanonical(text, out var back));
            Assert.Equal(millis, back);
        }
    }

    [Theory]
    [InlineData("2024-01-31T10:00:60Z")]
    [InlineData("2024-01-31t10:00:00Z")]
    [InlineData("2024-01-31T10:00:00z")]
    [InlineData("2024-01-31T10:00:00.0Z")]
    public void A_spelling_that_would_not_come_back_is_not_canonical(string text) =>
        Assert.False(EventTime.TryParseCanonical(Encoding.UTF8.GetBytes(text), out _));
}
