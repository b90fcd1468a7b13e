using System.Text.Json;
using TrailLake.Bench.Generating;
using TrailLake.Bench.Measuring;

namespace TrailLake.Bench;

/// <summary>What to measure.</summary>
/// <param name="Events">Up to a million: the size of the trail. Beyond: also a trail of so many, a million a day, to see what grows.</param>
/// <param name="Runs">Rounds, of which medians are taken.</param>
/// <param name="Data">A folder for trails and lakes.</param>
/// <param name="Program">traillake.</param>
/// <param name="Results">A folder for the results, or null.</param>
/// <param name="Parts">What to measure beside ingest and zcat: some of <see cref="AllParts"/>.</param>
sealed record BenchOptions(long Events, int Runs, string Data, string Program, string? Results, string[] Parts)
{
    public static readonly string[] AllParts = ["duckdb", "threads", "small", "memory", "growth", "queries", "s3"];

    public bool HasAll => AllParts.All(Has);

    /// <summary>Whether a part is wanted; the queries want DuckDB's Parquet.</summary>
    public bool Has(string part) => Parts.Contains(part) || part == "duckdb" && Parts.Contains("queries");
}

/// <summary>The whole bench: make what is missing, race, read back, ask, report. Every lake that is measured is read back, and a wrong one ends the bench.</summary>
sealed class BenchRun(BenchOptions options, Workshop shop, Report report)
{
    const long Million = 1_000_000;

    // Rounds of what takes long or matters less.
    int FewRuns => Math.Min(options.Runs, 3);

    TrailOptions UsualTrail => new() { Events = Math.Min(options.Events, Million) };

    public static int Run(BenchOptions options)
    {
        using var shop = new Workshop(options.Data);
        var report = new Report(Machine.Describe(options.Program, shop.Scratch), options);
        var bench = new BenchRun(options, shop, report);
        var (ingest, duck) = bench.Usual();
        if (options.Has("small"))
            bench.Small();
        if (options.Has("memory"))
            bench.Memory(ingest);
        if (options.Has("growth") && options.Events > Million)
            bench.Growth(ingest);
        if (options.Has("queries"))
            report.Queries("one day", bench.Ask(ingest.LastOutput, duck.LastOutput, shop.Trail(bench.UsualTrail)), hasRaw: true);
        if (options.Has("s3"))
            S3Bench.Run(Math.Min(options.Runs, 3), shop, options.Program, shop.Trail(bench.UsualTrail), report, (trail, contender) => bench.Check(trail, contender));
        report.Print(Console.Out);
        if (options.Results is not null && options.HasAll) // a part would write over the whole
            Console.Error.WriteLine($"written to {report.Save(options.Results)}");
        return 0;
    }

    // The table's first rows: one trail, three contenders, and one thread against two.
    (Contender Ingest, Contender Duck) Usual()
    {
        var trail = shop.Trail(UsualTrail);
        var (zcat, ingest, duck, one) = (Zcat(trail), Ingest("ingest", trail), DuckDb(trail), Ingest("ingest, 1 thread", trail, "--threads 1"));
        var twice = new Contender("ingest, 1 thread, twice at once", trail, lake => $"{one.Command(lake + "/1")} & {one.Command(lake + "/2")} & wait");
        Contender[] racing = [zcat, ingest, .. options.Has("threads") ? [one, twice] : Array.Empty<Contender>(), .. options.Has("duckdb") ? [duck] : Array.Empty<Contender>()];
        Contender.Race(options.Runs, shop, racing);
        var sizes = Check(trail, ingest, options.Has("duckdb") ? duck.LastOutput : null);
        report.Trail("the trail", Truth.Of(trail));
        report.Add("wall, by zcat's", 0.4, 0.3, ingest.WallBy(zcat));
        report.Add("peak RSS, MB", 400, 300, ingest.PeakMegabytes);
        report.Contenders("the trail", racing);
        if (options.Has("threads"))
        {
            Check(trail, one);
            report.AddAtLeast("wall of 1 thread, by that of 2", 1.7, one.WallBy(ingest));
            report.Note($"Two runs of 1 thread at once do {2 * one.WallBy(twice):F2} times what one does in its time: no program gets more of these processors by a second thread.");
        }
        if (options.Has("duckdb"))
        {
            report.Add("wall, by DuckDB's", 0.08, 0.06, ingest.WallBy(duck));
            report.Add("bytes of Parquet, by DuckDB's of the same columns", 0.9, 0.8, (double)sizes[0].SharedBytes / sizes[1].SharedBytes);
            report.Sizes(sizes[0], sizes[1]);
        }
        return (ingest, duck);
    }

    void Small()
    {
        var trail = shop.Trail(new() { Events = 1_200, Accounts = 1, Regions = 4, IsEven = true });
        var ingest = Ingest("ingest, 100 small files", trail);
        Contender.Race(options.Runs, shop, ingest);
        Check(trail, ingest);
        report.Trail("100 small files", Truth.Of(trail));
        report.Add("100 files of 3 KB, s", 0.35, 0.2, ingest.Wall);
        report.Contenders("100 small files", ingest);
    }

    // Where memory is short: of little of it, of one large object, of many partitions.
    void Memory(Contender usual)
    {
        var usualTrail = shop.Trail(UsualTrail);
        var little = Ingest("ingest, 128 MiB", usualTrail, "--memory 128MiB");
        Contender.Race(FewRuns, shop, little);
        Check(usualTrail, little);
        report.Add("--memory 128MiB: peak RSS, MB", 135, null, little.PeakMegabytes);
        report.Note($"--memory 128MiB takes {little.Wall / usual.Wall:F2} of the usual wall time.");

        Extreme("one object", new() { Events = UsualTrail.Events * 64 / 100, IsOneFile = true }, truth => $"one object of {truth.JsonBytes / 1e9:F1} GB");
        Extreme("many partitions", new() { Events = UsualTrail.Events * 5 / 4, Days = 48, IsEven = true }, truth => $"{truth.Partitions:N0} partitions");
        report.Contenders("little memory", little);
    }

    void Extreme(string what, TrailOptions made, Func<Truth, string> nameOf)
    {
        var trail = shop.Trail(made);
        var name = nameOf(Truth.Of(trail));
        var (zcat, ingest, little) = (Zcat(trail), Ingest($"ingest, {what}", trail), Ingest($"ingest, {what}, 128 MiB", trail, "--memory 128MiB"));
        Contender.Race(1, shop, zcat, ingest, little);
        Check(trail, ingest);
        Check(trail, little);
        report.Trail(name, Truth.Of(trail));
        report.Add($"{name}: peak RSS, MB", 400, null, ingest.PeakMegabytes);
        report.Add($"{name}, --memory 128MiB: peak RSS, MB", 135, null, little.PeakMegabytes);
        report.Note($"{name}: {ingest.WallBy(zcat):F2} of zcat's wall time; with --memory 128MiB {little.WallBy(zcat):F2}.");
        report.Contenders(name, zcat, ingest, little);
    }

    // The same day again and again: CPU grows with it, and memory does not.
    void Growth(Contender usual)
    {
        var days = (int)Math.Max(2, options.Events / Million);
        var trail = shop.Trail(new() { Events = options.Events, Days = days });
        var (zcat, ingest) = (Zcat(trail), Ingest($"ingest, {days} days", trail));
        // In the same rounds: against runs of minutes ago, what else the machine does looked like growth.
        var oneByOne = new Contender($"ingest of one day, {days} times", usual.Trail, lake => string.Join(" && ", Enumerable.Range(1, days).Select(day => usual.Command($"{lake}/{day}"))));
        Contender.Race(FewRuns, shop, zcat, ingest, oneByOne);
        Check(trail, ingest);
        var growth = (double)options.Events / UsualTrail.Events;
        report.Trail($"{days} days", Truth.Of(trail));
        report.Add($"CPU, by {growth:F0} times that of one day", 1.05, null, ingest.CpuBy(oneByOne) * days / growth);
        report.Add("peak RSS, by that of one day", 1.1, null, ingest.PeakMegabytes / usual.PeakMegabytes);
        report.Add($"{days} days: wall, by zcat's", 0.4, 0.3, ingest.WallBy(zcat));
        report.Contenders($"{days} days", zcat, ingest, oneByOne);

        if (!options.Has("queries"))
            return;
        var parquet = shop.NewFolder("duckdb by day");
        ChildProcess.Run(Workshop.Self($"duckdb --by-day --trail {ChildProcess.Quote(trail)} --out {ChildProcess.Quote(parquet)}"), shop.Scratch);
        report.Queries($"{days} days", Ask(ingest.LastOutput, parquet, null), hasRaw: false);
    }

    List<QueryTimes> Ask(string lake, string parquet, string? trail)
    {
        Console.Error.WriteLine("asking …");
        var raw = trail is null ? "" : $" --trail {ChildProcess.Quote(trail)} --raw-runs {Math.Min(options.Runs, 2)}";
        var use = ChildProcess.Run(Workshop.Self($"queries --lake {ChildProcess.Quote(lake)} --parquet {ChildProcess.Quote(parquet)} --runs {options.Runs}{raw}"), shop.Scratch);
        return JsonSerializer.Deserialize(use.Output, BenchJson.Default.ListQueryTimes)!;
    }

    List<ParquetSize> Check(string trail, Contender ingest, string? parquet = null)
    {
        Console.Error.WriteLine($"  reading back {ingest.Name} …");
        var truth = Truth.Of(trail);
        var run = JsonDocument.Parse(ingest.Runs[^1].Output).RootElement;
        foreach (var (name, expected) in new[] { ("records_read", truth.Events), ("records_written", truth.Events), ("duplicates", 0), ("records_quarantined", 0), ("partitions_touched", truth.Partitions) })
        {
            if (run.GetProperty(name).GetInt64() is var found && found != expected)
                throw new BenchException($"{ingest.Name}: WRONG: expected {name} {expected}, found {found}.");
        }
        var more = parquet is null ? "" : $" --parquet {ChildProcess.Quote(parquet)}";
        return JsonSerializer.Deserialize(ChildProcess.Run(Workshop.Self($"check --trail {ChildProcess.Quote(trail)} --lake {ChildProcess.Quote(ingest.LastOutput)}{more}"), shop.Scratch).Output, BenchJson.Default.ListParquetSize)!;
    }

    static Contender Zcat(string trail) => new("zcat", trail, _ => $"find {ChildProcess.Quote(trail)} -name '*.gz' -print0 | xargs -0 cat | zcat > /dev/null");

    Contender Ingest(string name, string trail, string more = "") =>
        new(name, trail, lake => $"{ChildProcess.Quote(options.Program)} ingest {ChildProcess.Quote(trail)} {ChildProcess.Quote(lake)} --json {more}");

    static Contender DuckDb(string trail) =>
        new("DuckDB", trail, output => Workshop.Self($"duckdb --trail {ChildProcess.Quote(trail)} --out {ChildProcess.Quote(output)}"));
}
