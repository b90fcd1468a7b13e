namespace TrailLake.CloudTrail;

/// <summary>What the records of a run share: their texts, and their fragments.</summary>
sealed class SharedValues(long limitBytes) : IDisposable
{
    /// <summary>Texts by number.</summary>
    public SharedTexts Texts { get; } = new(limitBytes / 2);

    /// <summary>Fragments by number.</summary>
    public SharedFragments Fragments { get; } = new(limitBytes / 2);

    public void Dispose()
    {
        Texts.Dispose();
        Fragments.Dispose();
    }
}
