using System.CommandLine;
using System.Text.Json;
using TrailLake.Bench.Generating;
using TrailLake.Bench.Measuring;
using TrailLake.DuckDb;
using TrailLake.Storage;

namespace TrailLake.Bench;

/// <summary>The program's verbs: the bench itself, and the parts of it that take much memory and so run as children.</summary>
static class BenchCommands
{
    static readonly Option<long> Events = new("--events") { Description = "Events to make.", DefaultValueFactory = _ => 1_000_000 };
    static readonly Option<string> Out = new("--out") { Description = "A folder to write to.", Required = true };
    static readonly Option<string> Trail = new("--trail") { Description = "A generated trail.", Required = true };
    static readonly Option<string> Lake = new("--lake") { Description = "A lake.", Required = true };
    static readonly Option<string?> Parquet = new("--parquet") { Description = "The same events as DuckDB's own Parquet." };
    static readonly Option<int> Runs = new("--runs") { Description = "Rounds, of which medians are taken.", DefaultValueFactory = _ => 5 };
    static readonly Option<int> Threads = new("--threads") { Description = "Threads.", DefaultValueFactory = _ => Environment.ProcessorCount };

    public static int Run(string[] args)
    {
        try
        {
            return new RootCommand("Measures traillake beside zcat and DuckDB, on a trail that it makes.") { RunVerb(), GenerateVerb(), DuckDbVerb(), CheckVerb(), QueriesVerb(), ChoicesVerb(), S3Commands.FillVerb(), S3Commands.FetchVerb(), S3Commands.ListVerb() }
                .Parse(args).Invoke(new() { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is BenchException or DuckDbException or StoreException or IOException)
        {
            Console.Error.WriteLine($"bench: {e.Message}");
            return 2;
        }
    }

    static Command RunVerb()
    {
        var data = new Option<string>("--data") { Description = "A folder for trails, which are kept, and for lakes, which are not.", DefaultValueFactory = _ => "bench" };
        var program = new Option<string>("--traillake") { Description = "The program to measure.", DefaultValueFactory = _ => "bin/traillake" };
        var results = new Option<string?>("--results") { Description = "A folder to write the results to, as a file named for the CPU." };
        var parts = new Option<string[]>("--parts") { Description = $"What to measure beside ingest and zcat: {string.Join(", ", BenchOptions.AllParts)}.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => BenchOptions.AllParts };
        parts.AcceptOnlyFromAmong([.. BenchOptions.AllParts, "none"]);
        var verb = new Command("run", "Make what is missing, measure, read back, and print the table.") { Events, Runs, data, program, results, parts };
        verb.SetAction(line => BenchRun.Run(new(line.GetValue(Events), line.GetValue(Runs), line.GetRequiredValue(data), line.GetRequiredValue(program), line.GetValue(results), line.GetRequiredValue(parts))));
        return verb;
    }

    static Command GenerateVerb()
    {
        var options = new TrailOptions();
        var days = new Option<int>("--days") { Description = "Days of delivery.", DefaultValueFactory = _ => options.Days };
        var accounts = new Option<int>("--accounts") { Description = "Accounts.", DefaultValueFactory = _ => options.Accounts };
        var regions = new Option<int>("--regions") { Description = "Regions.", DefaultValueFactory = _ => options.Regions };
        var seed = new Option<ulong>("--seed") { Description = "Another seed, another trail.", DefaultValueFactory = _ => options.Seed };
        var even = new Option<bool>("--even") { Description = "All regions and hours alike, a file an hour: many partitions." };
        var oneFile = new Option<bool>("--one-file") { Description = "All in one file." };
        var verb = new Command("generate", "Make a trail, and beside it the truth of it.") { Events, days, accounts, regions, seed, even, oneFile, Out, Threads };
        verb.SetAction(line =>
        {
            var truth = TrailFiles.Make(new()
            {
                Events = line.GetValue(Events), Days = line.GetValue(days), Accounts = line.GetValue(accounts), Regions = line.GetValue(regions), Seed = line.GetValue(seed),
                IsEven = line.GetValue(even), IsOneFile = line.GetValue(oneFile), Threads = line.GetValue(Threads),
            }, line.GetRequiredValue(Out));
            Console.WriteLine($"{truth.Events} events, {truth.Files} files, {truth.JsonBytes} bytes of JSON, {truth.GzipBytes} gzipped ({(double)truth.JsonBytes / truth.GzipBytes:F1} to 1)");
        });
        return verb;
    }

    static Command ChoicesVerb()
    {
        var verb = new Command("choices", "Measure what each choice of the Parquet files' make costs and gains.") { Trail, Out, Runs };
        verb.SetAction(line => Choices.Run(line.GetRequiredValue(Trail), line.GetRequiredValue(Out), line.GetValue(Runs)));
        return verb;
    }

    static Command DuckDbVerb()
    {
        var byDay = new Option<bool>("--by-day") { Description = "A day of delivery after the other: many days do not fit its memory at once." };
        var verb = new Command("duckdb", "Do the job in DuckDB's SQL: no duplicates found, no ledger, fewer columns.") { Trail, Out, Threads, byDay };
        verb.SetAction(line =>
        {
            var (trail, output) = (line.GetRequiredValue(Trail), line.GetRequiredValue(Out));
            using var duck = DuckDbConnection.OpenInMemory(("threads", $"{line.GetValue(Threads)}"), ("preserve_insertion_order", "false"), ("temp_directory", output + ".tmp"));
            if (!line.GetValue(byDay))
            {
                duck.Execute(DuckDbTrail.Copy(trail + "/**/*.json.gz", output));
                return;
            }
            foreach (var day in Directory.GetDirectories(trail, "*", SearchOption.AllDirectories).Select(folder => Path.GetRelativePath(trail, folder).Split('/')).Where(parts => parts.Length == 7).Select(parts => string.Join('/', parts[4..])).Distinct())
                duck.Execute(DuckDbTrail.Copy($"{trail}/AWSLogs/*/CloudTrail/*/{day}/*.json.gz", Directory.CreateDirectory(Path.Combine(output, day.Replace('/', '-'))).FullName));
        });
        return verb;
    }

    static Command CheckVerb()
    {
        var verb = new Command("check", "Read a lake back: it must hold what the trail's truth says, and what DuckDB's own flattening says.") { Trail, Lake, Parquet };
        verb.SetAction(line =>
        {
            var (lake, truth) = (line.GetRequiredValue(Lake) + "/events", Truth.Of(line.GetRequiredValue(Trail)));
            ReadBack.Judge(lake + "/**/*.parquet", truth);
            var sizes = new List<ParquetSize> { ParquetSize.Of(lake) };
            if (line.GetValue(Parquet) is { } parquet)
            {
                ReadBack.Judge(parquet + "/**/*.parquet", truth);
                ReadBack.Compare(lake + "/**/*.parquet", parquet + "/**/*.parquet");
                sizes.Add(ParquetSize.Of(parquet));
            }
            Console.WriteLine(JsonSerializer.Serialize(sizes, BenchJson.Default.ListParquetSize));
        });
        return verb;
    }

    static Command QueriesVerb()
    {
        var parquet = new Option<string>("--parquet") { Description = "The same events as DuckDB's own Parquet.", Required = true };
        var trail = new Option<string?>("--trail") { Description = "The trail itself, to ask the raw JSON too." };
        var rawRuns = new Option<int>("--raw-runs") { Description = "Rounds on the raw JSON.", DefaultValueFactory = _ => 2 };
        var verb = new Command("queries", "Ask ten queries of a lake, of DuckDB's Parquet and of the raw JSON.") { Lake, parquet, trail, Runs, rawRuns };
        verb.SetAction(line => Console.WriteLine(JsonSerializer.Serialize(
            new QueryBench(line.GetRequiredValue(Lake), line.GetRequiredValue(parquet), line.GetValue(trail), line.GetValue(Runs), line.GetValue(rawRuns)).Run(),
            BenchJson.Default.ListQueryTimes)));
        return verb;
    }
}
