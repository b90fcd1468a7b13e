namespace TrailLake.DuckDb;

/// <summary>Spells days and times of day as DuckDB does, for all years that it knows.</summary>
static class DuckDbClock
{
    /// <summary>The Gregorian date of a day counted from 1970-01-01.</summary>
    /// <remarks>Eras of 400 years, that is 146,097 days, begun on March 1st so that the leap day comes last.</remarks>
    public static string Date(long days)
    {
        var shifted = days + 719_468;
        var era = Math.DivRem(shifted, 146_097, out var ofEra);
        if (ofEra < 0)
            (era, ofEra) = (era - 1, ofEra + 146_097);

        var yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        var ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var monthFromMarch = (5 * ofYear + 2) / 153;
        var day = ofYear - (153 * monthFromMarch + 2) / 5 + 1;
        var month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        var year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);

        return year > 0 ? $"{year:0000}-{month:00}-{day:00}" : $"{1 - year:0000}-{month:00}-{day:00} (BC)";
    }

    /// <summary>The time of day, with three, six or nine digits of a second less its last zeros.</summary>
    public static string Time(long nanos)
    {
        var seconds = Math.DivRem(nanos, 1_000_000_000, out var fraction);
        var clock = $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}";
        return fraction == 0 ? clock : $"{clock}.{fraction:000000000}".TrimEnd('0');
    }
}
