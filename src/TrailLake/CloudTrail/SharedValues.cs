namespace TrailLake.CloudTrail;

/// <summary>What the records of a run's epoch share: their texts, and their fragments.</summary>
sealed class SharedValues(long limitBytes) : IDisposable
{
    /// <summary>Texts by number; they are fewer and shorter than runs.</summary>
    public SharedTexts Texts { get; } = new(limitBytes / 4);

    /// <summary>Fragments by number.</summary>
    public SharedFragments Fragments { get; } = new(limitBytes * 3 / 4);

    /// <summary>True where something new was not taken: the run should begin a new epoch.</summary>
    public bool IsFull => Texts.IsFull || Fragments.Runs.IsFull;

    /// <summary>Begins a new epoch: all numbers are void. Nobody may use them meanwhile.</summary>
    public void Clear()
    {
        Texts.Clear();
        Fragments.Clear();
    }

    public void Dispose()
    {
        Texts.Dispose();
        Fragments.Dispose();
    }
}
