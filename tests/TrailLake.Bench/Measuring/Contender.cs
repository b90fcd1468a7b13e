namespace TrailLake.Bench.Measuring;

/// <summary>Something to measure: a command for a fresh output folder.</summary>
/// <param name="Name">For the report, and the output folders.</param>
/// <param name="Trail">What it reads, which it finds in the page cache.</param>
/// <param name="Command">The command line for an output folder.</param>
sealed record Contender(string Name, string? Trail, Func<string, string> Command)
{
    /// <summary>Its runs, in their order.</summary>
    public List<ProcessUse> Runs { get; } = [];

    /// <summary>The output of its last run.</summary>
    public string LastOutput { get; private set; } = "";

    public double Median(Func<ProcessUse, double> value) => Statistics.Median(Runs.Select(value));

    public double Wall => Median(run => run.WallSeconds);

    public double Cpu => Median(run => run.CpuSeconds);

    public double PeakMegabytes => Median(run => run.PeakBytes / 1e6);

    /// <summary>The median over the rounds of this one's time by the other's in the same round: what else the machine does hits both.</summary>
    public double WallBy(Contender other) => Statistics.Median(Runs.Zip(other.Runs, (mine, theirs) => mine.WallSeconds / theirs.WallSeconds));

    /// <summary>The same of CPU times.</summary>
    public double CpuBy(Contender other) => Statistics.Median(Runs.Zip(other.Runs, (mine, theirs) => mine.CpuSeconds / theirs.CpuSeconds));

    /// <summary>Runs contenders in turns. Nothing is removed meanwhile: for minutes ext4 would look at each inode that was deleted whenever a file is made.</summary>
    /// <remarks>Each finds its trail in the page cache: a machine that gives memory back drops what was not read for the minute that another one took.</remarks>
    public static void Race(int rounds, Workshop shop, params ReadOnlySpan<Contender> contenders)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var contender in contenders)
            {
                contender.LastOutput = shop.NewFolder(contender.Name);
                if (contender.Trail is { } trail)
                    ChildProcess.Run($"find {ChildProcess.Quote(trail)} -type f -print0 | xargs -0 cat > /dev/null", shop.Scratch);
                var use = ChildProcess.Run(contender.Command(contender.LastOutput), shop.Scratch);
                contender.Runs.Add(use);
                Console.Error.WriteLine($"  {contender.Name,-32} {use.WallSeconds,7:F2} s  CPU {use.CpuSeconds,6:F2} s  {use.PeakBytes / 1e6,6:F0} MB");
            }
        }
    }
}

/// <summary>Of numbers.</summary>
static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
