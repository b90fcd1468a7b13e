namespace TrailLake.Bench.Generating;

/// <summary>Draws places by weight.</summary>
sealed class Weighted
{
    readonly double[] _sums;

    public Weighted(IEnumerable<double> weights)
    {
        var sum = 0.0;
        _sums = [.. weights.Select(weight => sum += weight)];
    }

    public int Draw(Dice dice)
    {
        var found = Array.BinarySearch(_sums, dice.Fraction() * _sums[^1]);
        return Math.Min(found < 0 ? ~found : found + 1, _sums.Length - 1);
    }
}

/// <summary>Zipf's law, which names of services, events, regions and callers keep to: the n-th is used as often as 1 / n^exponent.</summary>
static class Zipf
{
    public static double Weight(int rank, double exponent) => Math.Pow(rank + 1, -exponent);

    public static Weighted Of(int count, double exponent) => new(Enumerable.Range(0, count).Select(rank => Weight(rank, exponent)));
}
