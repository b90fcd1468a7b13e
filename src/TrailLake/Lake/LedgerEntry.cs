using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>What became of one source object.</summary>
/// <param name="source">It; its texts stay where they are, so that a thousand files' names are not held twice.</param>
sealed class LedgerEntry(SourceObject source)
{
    public const string Ingested = "ingested", Quarantined = "quarantined", PassedOver = "passed_over";

    /// <summary>Could not be read at all; such an object is not noted, so that the next run tries it again.</summary>
    public const string Unreadable = Reasons.Unreadable;

    /// <summary>It.</summary>
    public SourceObject Source => source;

    /// <summary>Its key in the source, made anew each time.</summary>
    public string Key => source.KeyText;

    /// <summary>Its size as stored.</summary>
    public long SizeBytes => source.SizeBytes;

    /// <summary>One of the above.</summary>
    public string Outcome { get; set; } = Ingested;

    /// <summary>Unreadable because it lies in an archive: there it stays until somebody asks for its days again.</summary>
    public bool IsArchived { get; set; }
    public long RecordsRead { get; set; }
    public long Duplicates { get; set; }
    public long RecordsQuarantined { get; set; }
    public long BytesJson { get; set; }

    /// <summary>The least event time, in milliseconds since 1970; null where there is no row.</summary>
    public long? FirstEventTime { get; private set; }

    /// <summary>The greatest.</summary>
    public long? LastEventTime { get; private set; }

    /// <summary>Notes a row's time.</summary>
    public void SeeTime(long millis)
    {
        FirstEventTime = Math.Min(FirstEventTime ?? millis, millis);
        LastEventTime = Math.Max(LastEventTime ?? millis, millis);
    }
}
