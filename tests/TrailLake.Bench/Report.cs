using System.Text;
using TrailLake.Bench.Measuring;

namespace TrailLake.Bench;

/// <summary>The results as Markdown: what must be and is, then what it was computed of.</summary>
sealed class Report(Machine machine, BenchOptions options)
{
    readonly StringBuilder _claims = new();
    readonly StringBuilder _trails = new();
    readonly StringBuilder _contenders = new();
    readonly StringBuilder _queries = new();
    readonly List<string> _notes = [];

    /// <summary>A figure that must not be more.</summary>
    public void Add(string what, double must, double? aim, double measured) =>
        _claims.AppendLine($"| {what} | ≤ {must} | {(aim is null ? "" : $"{aim}")} | {Figure(measured)} | {(measured <= must ? aim is null || measured <= aim ? "yes" : "yes, short of the aim" : "**no**")} |");

    /// <summary>A figure that must not be less.</summary>
    public void AddAtLeast(string what, double must, double measured) =>
        _claims.AppendLine($"| {what} | ≥ {must} | | {Figure(measured)} | {(measured >= must ? "yes" : "**no**")} |");

    public void Note(string note) => _notes.Add(note);

    public void Trail(string name, Truth truth) =>
        _trails.AppendLine($"| {name} | {truth.Events:N0} | {truth.Files:N0} | {truth.JsonBytes / 1e6:N1} | {truth.GzipBytes / 1e6:N1} | {(double)truth.JsonBytes / truth.GzipBytes:F1} | {truth.Partitions:N0} | {truth.Parameters} |");

    public void Contenders(string trail, params ReadOnlySpan<Contender> contenders)
    {
        foreach (var contender in contenders)
        {
            _contenders.AppendLine(
                $"| {trail} | {contender.Name} | {contender.Wall:F2} | {contender.Runs.Min(run => run.WallSeconds):F2}–{contender.Runs.Max(run => run.WallSeconds):F2} | {contender.Median(run => run.UserSeconds):F2} | {contender.Median(run => run.SystemSeconds):F2} | {contender.PeakMegabytes:F0} | {contender.Runs.Count} |");
        }
    }

    public void Sizes(ParquetSize ours, ParquetSize theirs) => Note(
        $"Parquet: {ours.Bytes / 1e6:F1} MB in {ours.Files:N0} files, of them {ours.SharedBytes / 1e6:F1} MB for what DuckDB writes too (footers, page indexes and bloom filters all counted); DuckDB: {theirs.SharedBytes / 1e6:F1} MB in {theirs.Files:N0} files.");

    public void Queries(string lake, List<QueryTimes> times, bool hasRaw)
    {
        if (hasRaw)
            AddAtLeast($"queries on {lake}: raw JSON's time by ours, the least of all", 8, times.Min(query => query.Raw.FirstMillis / query.Ours.FirstMillis));
        Add($"queries on {lake}: our time by that on DuckDB's Parquet, the most of all", 1.0, null, times.Max(query => query.Ours.FirstMillis / query.DuckDb.FirstMillis));
        AddAtLeast($"needles in {lake}: time on DuckDB's Parquet by ours, the least (aim 3)", 1.3, times.Where(query => query.IsNeedle).Min(query => query.DuckDb.FirstMillis / query.Ours.FirstMillis));
        foreach (var query in times)
        {
            _queries.AppendLine(
                $"| {lake} | {query.Name} | {query.Ours.FirstMillis:F0} | {query.Ours.AgainMillis:F0} | {query.DuckDb.FirstMillis:F0} | {query.DuckDb.AgainMillis:F0} | {(hasRaw ? $"{query.Raw.FirstMillis:F0}" : "")} | {query.Ours.Files:N0} | {query.DuckDb.Files:N0} | {query.Ours.Bytes / 1e6:F1} | {query.DuckDb.Bytes / 1e6:F1} |");
        }
    }

    public void Print(TextWriter target) => target.Write(this);

    /// <summary>Writes the file of this CPU and gives its path.</summary>
    public string Save(string folder)
    {
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, machine.FileName);
        File.WriteAllText(path, ToString());
        return path;
    }

    public override string ToString() => $"""
        # {machine.Cpu}

        {machine.Processors} processors, {machine.MemoryGigabytes:F1} GB of memory, {machine.System}. Load when it began: {machine.Load}.
        {machine.Versions}.

        `make bench EVENTS={options.Events} RUNS={options.Runs}{(options.HasAll ? "" : $" PARTS=\"{string.Join(' ', options.Parts)}\"")}` on {DateTime.UtcNow:yyyy-MM-dd}. Every lake was read back, and held the trail's events, with the trail's checksums.

        ## What must be, and is

        | | must be | aim | measured | met |
        | --- | ---: | ---: | ---: | --- |
        {_claims.ToString().TrimEnd()}

        {string.Join("\n", _notes.Select(note => $"- {note}"))}

        ## Trails

        | | events | files | MB of JSON | MB gzipped | ratio | partitions | made with |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
        {_trails.ToString().TrimEnd()}

        ## Runs

        Whole processes, files in the page cache, a fresh folder for each, in turns; medians. Ratios above are medians of the ratios of each turn.
        A peak of {Environment.WorkingSet / 1e6:F0} MB or less is that of this program, which a child has until it becomes another.

        - zcat: `find TRAIL -name '*.gz' -print0 | xargs -0 cat | zcat > /dev/null`
        - ingest: `bin/traillake ingest TRAIL LAKE --json`
        - DuckDB: `TrailLake.Bench duckdb --trail TRAIL --out FOLDER`: `read_json` with a typed STRUCT, `unnest`, `COPY … PARTITION_BY`, zstd; no duplicates found, no ledger, fewer columns

        | trail | | wall, s | from–to | user, s | system, s | peak, MB | runs |
        | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
        {_contenders.ToString().TrimEnd()}

        ## Queries

        Milliseconds; *first* in a new session, which knows no footer yet, *again* in the same one. All three gave the same answers.

        | lake | query | ours, first | again | DuckDB's Parquet, first | again | raw JSON | files opened | DuckDB's | MB read | DuckDB's |
        | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        {_queries.ToString().TrimEnd()}

        """;

    static string Figure(double value) => value >= 100 ? $"{value:F0}" : value >= 10 ? $"{value:F1}" : $"{value:F3}";
}
