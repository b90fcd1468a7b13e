namespace TrailLake.Tests;

/// <summary>A clock that stands at three in the morning of a day, in UTC: when nightly runs begin.</summary>
sealed class FixedClock(DateOnly day) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(day, new TimeOnly(3, 0), TimeSpan.Zero);
}
