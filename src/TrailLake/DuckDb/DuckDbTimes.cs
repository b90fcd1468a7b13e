namespace TrailLake.DuckDb;

/// <summary>A DATE: days since 1970-01-01. DuckDB's years run from 5877642 BC to 5881580, far past .NET's.</summary>
/// <param name="Days">Days since 1970-01-01; the two extreme values stand for infinity.</param>
public readonly record struct DuckDbDate(int Days)
{
    /// <summary>The date as .NET's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Its year is not one of 1 to 9999.</exception>
    public DateOnly ToDateOnly() => DateOnly.FromDayNumber(Days + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);

    /// <summary>As in <c>2024-01-31</c>, <c>0044-03-15 (BC)</c> or <c>infinity</c>.</summary>
    public override string ToString() => Days switch
    {
        int.MaxValue => "infinity",
        -int.MaxValue => "-infinity",
        _ => DuckDbClock.Date(Days),
    };
}

/// <summary>A TIME or TIME_NS.</summary>
/// <param name="Nanos">Nanoseconds since midnight; 24:00:00 is a value of its own.</param>
public readonly record struct DuckDbTime(long Nanos)
{
    /// <summary>As in <c>23:59:59.123</c>.</summary>
    public override string ToString() => DuckDbClock.Time(Nanos);
}

/// <summary>A TIME WITH TIME ZONE.</summary>
/// <param name="Micros">Microseconds since midnight, where the clock stands.</param>
/// <param name="OffsetSeconds">How far that clock is ahead of UTC, in seconds.</param>
public readonly record struct DuckDbTimeTz(long Micros, int OffsetSeconds)
{
    /// <summary>As in <c>23:59:59.123+05:30</c>.</summary>
    public override string ToString()
    {
        var (offset, sign) = OffsetSeconds < 0 ? (-OffsetSeconds, '-') : (OffsetSeconds, '+');
        var (hours, minutes, seconds) = (offset / 3600, offset / 60 % 60, offset % 60);
        var rest = seconds > 0 ? $":{minutes:00}:{seconds:00}" : minutes > 0 ? $":{minutes:00}" : "";
        return $"{DuckDbClock.Time(Micros * 1000)}{sign}{hours:00}{rest}";
    }
}

/// <summary>A TIMESTAMP of any precision, with or without time zone.</summary>
/// <param name="Value">Units since 1970 in UTC; the two extreme values stand for infinity.</param>
/// <param name="UnitsPerSecond">1, 1,000, 1,000,000 or 1,000,000,000.</param>
/// <param name="IsInstant">True for TIMESTAMP WITH TIME ZONE, whose text then ends in <c>+00</c>.</param>
public readonly record struct DuckDbTimestamp(long Value, long UnitsPerSecond, bool IsInstant)
{
    /// <summary>False for <c>infinity</c> and <c>-infinity</c>.</summary>
    public bool IsFinite => Value is not (long.MaxValue or -long.MaxValue);

    /// <summary>The time in UTC; digits past a tenth of a microsecond are cut.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Its year is not one of 1 to 9999.</exception>
    public DateTime ToDateTime() =>
        DateTime.UnixEpoch.AddTicks(UnitsPerSecond > TimeSpan.TicksPerSecond ? Value / (UnitsPerSecond / TimeSpan.TicksPerSecond) : checked(Value * (TimeSpan.TicksPerSecond / UnitsPerSecond)));

    /// <summary>As DuckDB spells it: <c>2024-01-31 23:59:59.123</c>.</summary>
    public override string ToString() => Spell(' ', "+00");

    /// <summary>As ISO 8601 spells it: <c>2024-01-31T23:59:59.123</c>, and a <c>Z</c> where a zone is known.</summary>
    public string ToIso() => Spell('T', "Z");

    string Spell(char between, string zone)
    {
        if (!IsFinite)
            return Value > 0 ? "infinity" : "-infinity";

        var seconds = Math.DivRem(Value, UnitsPerSecond, out var fraction);
        var days = Math.DivRem(seconds, 86_400, out var ofDay);
        if (fraction < 0)
            (fraction, ofDay) = (fraction + UnitsPerSecond, ofDay - 1);
        if (ofDay < 0)
            (ofDay, days) = (ofDay + 86_400, days - 1);

        var nanos = ofDay * 1_000_000_000 + fraction * (1_000_000_000 / UnitsPerSecond);
        return $"{DuckDbClock.Date(days)}{between}{DuckDbClock.Time(nanos)}{(IsInstant ? zone : "")}";
    }
}

/// <summary>An INTERVAL, whose three parts do not convert into one another.</summary>
/// <param name="Months">Months.</param>
/// <param name="Days">Days.</param>
/// <param name="Micros">Microseconds.</param>
public readonly record struct DuckDbInterval(int Months, int Days, long Micros)
{
    /// <summary>As in <c>1 year 2 months 3 days 04:05:06.5</c>; nothing at all is <c>00:00:00</c>.</summary>
    public override string ToString()
    {
        var parts = new List<string>(4);
        Add(parts, Months / 12, "year");
        Add(parts, Months % 12, "month");
        Add(parts, Days, "day");
        if (Micros != 0 || parts.Count == 0)
        {
            var magnitude = UInt128.CreateChecked(Int128.Abs(Micros));
            var hours = magnitude / 3_600_000_000;
            var rest = DuckDbClock.Time((long)(magnitude % 3_600_000_000) * 1000);
            parts.Add($"{(Micros < 0 ? "-" : "")}{hours.ToString().PadLeft(2, '0')}{rest[2..]}");
        }

        return string.Join(' ', parts);
    }

    static void Add(List<string> parts, int amount, string unit)
    {
        if (amount != 0)
            parts.Add($"{amount} {unit}{(amount is 1 or -1 ? "" : "s")}");
    }
}
