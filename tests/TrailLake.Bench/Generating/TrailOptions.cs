namespace TrailLake.Bench.Generating;

/// <summary>What trail to make. The same options make the same trail, on any machine and with any number of threads.</summary>
sealed record TrailOptions
{
    public static readonly string[] AllRegions =
    [
        "us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2", "us-east-2", "ap-northeast-1", "ap-southeast-1", "eu-west-2",
        "us-west-1", "ca-central-1", "ap-south-1", "eu-north-1", "sa-east-1", "eu-west-3", "ap-northeast-2", "ap-northeast-3",
    ];

    public long Events { get; init; } = 1_000_000;

    public int Days { get; init; } = 1;

    public int Accounts { get; init; } = 2;

    public int Regions { get; init; } = AllRegions.Length;

    public ulong Seed { get; init; } = 20260105;

    /// <summary>All regions and hours alike busy, and a file an hour: the most partitions that a number of events can have.</summary>
    public bool IsEven { get; init; }

    /// <summary>All records in one file.</summary>
    public bool IsOneFile { get; init; }

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The first day of delivery.</summary>
    public static DateTime Start => new(2026, 1, 5, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Minutes from a delivery to the next.</summary>
    public int DeliveryMinutes => IsEven ? 60 : 5;

    /// <summary>Everything that the trail depends on, and the generator's version: raise it where a change to the generator changes trails.</summary>
    public string Parameters =>
        $"generator 2, events {Events}, days {Days}, accounts {Accounts}, regions {Regions}, seed {Seed}{(IsEven ? ", even" : "")}{(IsOneFile ? ", one file" : "")}";
}
