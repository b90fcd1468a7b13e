using System.CommandLine;
using TrailLake.DuckDb;
using TrailLake.Cli.Prompt;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary><c>traillake query LAKE [SQL]</c>: runs SQL on a lake and prints the answer.</summary>
static class QueryCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder." };
    static readonly Argument<string?> Sql = new("SQL") { Description = "SQL; without it, SQL is read from a pipe, or from a prompt on a terminal.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<string?> SqlFile = new("--file") { Description = "Read the SQL from a file.", HelpName = "F" };
    static readonly Option<string?> View = new("--view") { Description = "Select everything from a view; `traillake views LAKE` lists them.", HelpName = "NAME" };
    static readonly Option<string?> Format = new("--format") { Description = $"{string.Join(", ", OutputFormat.Names)}; without it a table on a terminal, csv in a pipe, or what FILE's name says.", HelpName = "FORMAT" };
    static readonly Option<bool> Json = new("--json") { Description = "Short for --format json." };
    static readonly Option<string?> Output = new("--output", "-o") { Description = "Write to a file, which appears when it is whole.", HelpName = "FILE" };
    static readonly Option<bool> FailIfRows = new("--fail-if-rows") { Description = "Exit with 1 if the answer has rows: for alerts." };
    static readonly Option<DateOnly?> Since = UtcDay.Option("--since", "Events of this day (UTC) and later; other days' files are not read.");
    static readonly Option<DateOnly?> Until = UtcDay.Option("--until", "Events up to this day (UTC), and of it.");
    static readonly Option<string[]> Services = ServiceOption.Create();
    static readonly Option<string[]> Regions = IngestCommand.Names("--region", "Events of this region; may be given again.");
    static readonly Option<string[]> Accounts = AccountOption.OfLake();
    static readonly Option<int?> Threads = new("--threads") { Description = "Threads to use; without it, all.", HelpName = "N" };
    static readonly Option<string?> Memory = new("--memory") { Description = "Memory that DuckDB may use, such as 2GiB; without it 80 % of the machine's.", HelpName = "SIZE" };

    public static Command Create()
    {
        var command = new Command("query", "Run SQL on a lake.") { Lake, Sql, SqlFile, View, Format, Json, Output, FailIfRows, Since, Until, Services, Regions, Accounts, Threads, Memory };
        LakeFolder.AddTo(command);
        ViewsCommand.CompleteViews(View, Lake);
        Format.CompletionSources.Add(OutputFormat.Names);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult parsed)
    {
        var lake = parsed.GetRequiredValue(Lake);
        LakePlace.RequireNoSql("query", lake, parsed.GetValue(Sql));
        var output = parsed.GetValue(Output);
        var format = OutputFormat.Choose(OutputFormat.Asked("query", parsed.GetValue(Json), parsed.GetValue(Format)), output);
        var notes = LakeFolder.Of(lake, parsed, new PullRequest { Folders = [LakeFolders.Notes] });
        LakePlace.RequireLake(notes, lake); // of another folder no alert would ever have rows
        var part = PartOf(parsed);
        if (AsksForPrompt(parsed))
            return Prompt(lake, notes, parsed, part);
        var sql = SqlOf(parsed, notes);

        var folder = QueryFolder.Of(lake, notes, parsed, sql, part);
        var work = new WorkProgress();
        using var catalog = LakeCatalog.Open(folder, part, Settings(parsed));
        work.Watch("querying", () => catalog.Progress);
        using var progress = ProgressLine.Start(parsed, isQuiet: false, work);
        if (progress.IsOn)
            catalog.CountProgress();
        using var interrupt = new Interrupt(progress.Say);
        using var interrupted = interrupt.Token.Register(catalog.Interrupt);

        try
        {
            var rows = format == OutputFormat.Parquet ? ParquetOutput.Write(statement => catalog.Query(statement), sql, output!) : Print(catalog, sql, format, output, progress);
            return rows > 0 && parsed.GetValue(FailIfRows) ? ExitStatus.Found : ExitStatus.Done;
        }
        catch (DuckDbException) when (interrupt.Token.IsCancellationRequested)
        {
            throw new OperationCanceledException(interrupt.Token);
        }
    }

    static bool AsksForPrompt(ParseResult parsed) =>
        parsed.GetValue(Sql) is null && parsed.GetValue(SqlFile) is null && parsed.GetValue(View) is null && parsed.GetValue(Output) is null && !parsed.GetValue(FailIfRows)
        && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    static int Prompt(string lake, string notes, ParseResult parsed, LakePart part)
    {
        var settings = Settings(parsed);
        var isKept = !StoreUri.Parse(lake).IsS3;
        using var prompt = new QueryPrompt(ViewsCommand.Sound(LakeCatalog.Views(notes), Console.Error.WriteLine), sql => LakeCatalog.Open(QueryFolder.Of(lake, notes, parsed, sql, part), part, settings), isKept);
        prompt.Run(lake);
        return ExitStatus.Done;
    }

    static LakePart PartOf(ParseResult parsed) => new()
    {
        Since = parsed.GetValue(Since), Until = parsed.GetValue(Until),
        Services = parsed.GetRequiredValue(Services), Regions = parsed.GetRequiredValue(Regions), Accounts = parsed.GetRequiredValue(Accounts),
    };

    static long Print(LakeCatalog catalog, string sql, string format, string? output, ProgressLine progress)
    {
        using var result = catalog.Query(sql);
        return OutputFormat.WriteTo(output, format, result, progress.MakeRoom);
    }

    static (string Name, string Value)[] Settings(ParseResult parsed)
    {
        var settings = new List<(string, string)>(2);
        if (parsed.GetValue(Threads) is { } threads)
            settings.Add(("threads", threads is >= 1 and <= IngestCommand.MaxThreads ? threads.ToString() : throw new UsageException($"--threads: expected a number from 1 to {IngestCommand.MaxThreads}, found {threads}.")));
        if (parsed.GetValue(Memory) is { } memory)
            settings.Add(("memory_limit", ByteSize.Of(memory) is { } bytes ? $"{bytes}B" : throw new UsageException($"--memory: expected a size such as 2GiB, found {memory}.")));
        return [.. settings];
    }

    static string SqlOf(ParseResult parsed, string lake)
    {
        var (sql, file, view) = (parsed.GetValue(Sql), parsed.GetValue(SqlFile), parsed.GetValue(View));
        if ((sql is null ? 0 : 1) + (file is null ? 0 : 1) + (view is null ? 0 : 1) > 1)
            throw new UsageException("query: expected one of SQL, --file and --view, found more. `traillake query --help` says how to call it.");

        if (view is not null)
            return $"select * from {DuckDbSql.Quoted(ViewsCommand.Find(LakeCatalog.Views(lake), view, lake).Name)}";
        if (file is not null)
            return File.Exists(file) || file.StartsWith("/dev/", StringComparison.Ordinal) ? Statement(File.ReadAllText(file), $"--file {file}") : throw new UsageException($"--file {file}: expected a file with SQL, found none; check the path.");

        sql ??= StandardInput.ReadAll();
        return !string.IsNullOrWhiteSpace(sql) ? Statement(sql, "query")
            : throw new UsageException($"query: expected SQL, found none. Write it after the lake, as in `traillake query {lake} \"select service, count(*) from events group by 1\"`, or use --file or --view.");
    }

    /// <summary>A text with SQL in it: one that has semicolons and comments alone would be an alert that never has rows.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Statement(string sql, string place) => SqlText.Statements(sql).Count > 0 ? sql : throw new UsageException($"{place}: expected SQL, found no statement in it.");
}
