using System.Buffers.Text;

namespace TrailLake.CloudTrail;

/// <summary>Times as CloudTrail and those who copy its records spell them, to milliseconds since 1970 in UTC.</summary>
/// <remarks>CloudTrail writes <c>2024-01-31T23:59:59Z</c>, and <c>20240131T235959Z</c> in older session contexts (user guide,
/// "CloudTrail record contents"). Shippers write blanks for the T, fractions, offsets, or epoch seconds.</remarks>
static class EventTime
{
    const long MinMillis = -62_135_596_800_000; // the first millisecond of year 1, which is Go's zero time
    const long MaxMillis = 253_402_300_799_999; // the last millisecond of year 9999

    /// <summary>Reads the one spelling that <see cref="Format"/> writes.</summary>
    public static bool TryParseCanonical(ReadOnlySpan<byte> text, out long millis)
    {
        millis = 0;
        return text.Length == 20 && text[10] == 'T' && text[19] == 'Z' && text[17] != '6' && TryParse(text, out millis);
    }

    /// <summary>Reads the canonical spelling's clock, <c>23:59:59Z</c>, to milliseconds since midnight.</summary>
    public static bool TryParseClock(ReadOnlySpan<byte> text, out int millis)
    {
        millis = 0;
        if (text.Length != 9 || text[2] != ':' || text[5] != ':' || text[8] != 'Z')
            return false;
        int hour = TwoDigits(text), minute = TwoDigits(text[3..]), second = TwoDigits(text[6..]);
        millis = ((hour * 60 + minute) * 60 + second) * 1000;
        return (uint)hour < 24 && (uint)minute < 60 && (uint)second < 60;
    }

    /// <summary>Writes the canonical spelling, 20 bytes.</summary>
    public static bool Format(long millis, Span<byte> target) =>
        DateTime.UnixEpoch.AddMilliseconds(millis).TryFormat(target, out _, "yyyy-MM-dd'T'HH:mm:ss'Z'");

    /// <summary>Reads ISO 8601, basic or extended, with fraction and offset, or epoch seconds (10 digits) or milliseconds (13).
    /// No zone means UTC. Digits behind the millisecond are dropped.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long millis)
    {
        millis = 0;
        if (IsDigits(text))
            return TryParseNumber(text, out millis);
        var rest = text;
        if (!TakeDate(ref rest, out var days, out var isBasic) || !TakeTime(ref rest, isBasic, out var dayMillis))
            return false;
        if (!TakeZone(rest, out var offsetMinutes))
            return false;
        millis = days * 86_400_000L + dayMillis - offsetMinutes * 60_000L;
        return millis is >= MinMillis and <= MaxMillis;
    }

    /// <summary>Reads a JSON number, or the digits of one: epoch seconds, or milliseconds from 13 digits on.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out long millis)
    {
        millis = 0;
        if (!Utf8Parser.TryParse(text, out double number, out var used) || used != text.Length || !(number >= 100_000_000))
            return false; // smaller numbers are no times of a cloud: 100,000,000 is 1973
        var value = number < 100_000_000_000 ? number * 1000 : number;
        if (value >= 10_000_000_000_000)
            return false; // 14 digits are a clock without its signs, 20240131235959, and no milliseconds, which have them from 2286 on
        millis = (long)Math.Round(value);
        return true;
    }

    static bool IsDigits(ReadOnlySpan<byte> text) => text.Length > 8 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    static bool TakeDate(ref ReadOnlySpan<byte> text, out int days, out bool isBasic)
    {
        days = 0;
        isBasic = text.Length > 8 && text[4] != '-';
        var length = isBasic ? 8 : 10;
        if (text.Length <= length || (!isBasic && text[7] != '-') || text[length] is not ((byte)'T' or (byte)'t' or (byte)' '))
            return false;
        int year = Digits(text, 0, 4), month = Digits(text, isBasic ? 4 : 5, 2), day = Digits(text, isBasic ? 6 : 8, 2);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        days = new DateOnly(year, month, day).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        text = text[(length + 1)..];
        return true;
    }

    static bool TakeTime(ref ReadOnlySpan<byte> text, bool isBasic, out int millis)
    {
        millis = 0;
        var length = isBasic ? 6 : 8;
        if (text.Length < length || (!isBasic && (text[2] != ':' || text[5] != ':')))
            return false;
        int hour = Digits(text, 0, 2), minute = Digits(text, isBasic ? 2 : 3, 2), second = Digits(text, isBasic ? 4 : 6, 2);
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60) // :60 is a leap second, the next minute's first
            return false;
        millis = ((hour * 60 + minute) * 60 + second) * 1000;
        text = text[length..];
        return TakeFraction(ref text, ref millis);
    }

    static bool TakeFraction(ref ReadOnlySpan<byte> text, ref int millis)
    {
        if (text.IsEmpty || text[0] is not ((byte)'.' or (byte)','))
            return true;
        var end = 1;
        for (var scale = 100; end < text.Length && char.IsAsciiDigit((char)text[end]); end++, scale /= 10)
            millis += (text[end] - '0') * scale;
        text = text[end..];
        return end > 1;
    }

    static bool TakeZone(ReadOnlySpan<byte> text, out int offsetMinutes)
    {
        offsetMinutes = 0;
        if (text.IsEmpty || text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8))
            return true;
        var hasColon = text.Length == 6 && text[3] == ':';
        if (text[0] is not ((byte)'+' or (byte)'-') || !(hasColon || text.Length is 3 or 5))
            return false;
        int hours = Digits(text, 1, 2), minutes = text.Length == 3 ? 0 : Digits(text, hasColon ? 4 : 3, 2);
        if (hours is < 0 or > 18 || minutes is < 0 or > 59)
            return false;
        offsetMinutes = (hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>The number that two digits spell, or one beyond 99.</summary>
    static int TwoDigits(ReadOnlySpan<byte> text)
    {
        uint tens = (uint)text[0] - '0', ones = (uint)text[1] - '0';
        return tens > 9 || ones > 9 ? 100 : (int)(tens * 10 + ones);
    }

    /// <summary>The number that these digits spell, or below zero where one is no digit.</summary>
    static int Digits(ReadOnlySpan<byte> text, int start, int count)
    {
        var value = 0;
        foreach (var letter in text.Slice(start, count))
        {
            if (!char.IsAsciiDigit((char)letter))
                return -1;
            value = value * 10 + (letter - '0');
        }
        return value;
    }
}
