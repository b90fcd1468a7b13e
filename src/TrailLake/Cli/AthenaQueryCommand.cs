using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TrailLake.Athena;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary><c>traillake athena query LAKE SQL</c>: runs SQL on Athena and prints the answer as <c>query</c> does.</summary>
static class AthenaQueryCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake, s3://bucket/prefix, or a copy of it on this disk." };
    static readonly Argument<string?> Sql = new("SQL") { Description = "One statement; without it, it is read from a pipe.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<string?> Format = new("--format") { Description = $"{string.Join(", ", OutputFormat.Names)}; without it a table on a terminal, csv in a pipe, or what FILE's name says.", HelpName = "FORMAT" };
    static readonly Option<bool> Json = new("--json") { Description = "Short for --format json." };
    static readonly Option<string?> File = new("--output-file", "-o") { Description = "Write to a file, which appears when it is whole.", HelpName = "FILE" };
    static readonly Option<bool> FailIfRows = new("--fail-if-rows") { Description = "Exit with 1 if the answer has rows: for alerts." };
    static readonly Option<bool> Quiet = new("--quiet") { Description = "Say nothing of time, bytes and cost." };

    public static Command Create()
    {
        var command = new Command("query", "Run SQL on Athena.") { Lake, Sql, Format, Json, File, FailIfRows, Quiet };
        ProgressLine.AddTo(command);
        AthenaSettings.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        LakePlace.RequireNoSql("athena query", line.GetRequiredValue(Lake), line.GetValue(Sql));
        var file = line.GetValue(File);
        var format = OutputFormat.Choose(OutputFormat.Asked("athena query", line.GetValue(Json), line.GetValue(Format)), file, File.Name);
        var sql = line.GetValue(Sql) ?? StandardInput.ReadAll();
        if (string.IsNullOrWhiteSpace(sql))
            throw new UsageException("athena query: expected SQL, found none. Write it after the lake, or pipe it in.");
        QueryCommand.Statement(sql, "athena query");
        RequirePlace(file, format);

        using var interrupt = new Interrupt();
        var store = StoreUri.Parse(line.GetRequiredValue(Lake)).OpenExisting(S3Settings.OfLake(line, interrupt.Token));
        var queries = AthenaSettings.Of(line).OrRemembered(store).Connect(line).CheckedAsync(interrupt.Token).GetAwaiter().GetResult();
        var watch = Stopwatch.StartNew();
        QueryExecution query;
        var work = new WorkProgress();
        work.Watch("querying Athena");
        using (ProgressLine.Start(line, line.GetValue(Quiet), work))
            query = queries.RunAsync(sql.Trim().TrimEnd(';'), interrupt.Token, seen => work.Note = TextOf(seen, watch.Elapsed)).GetAwaiter().GetResult();
        using var answer = AthenaAnswer.ReadAsync(queries, query, interrupt.Token).GetAwaiter().GetResult();
        if (!line.GetValue(Quiet))
            Console.Error.WriteLine($"athena: {TextOf(query, watch.Elapsed)}, ${AthenaCost.Of(query).ToString("0.00####", CultureInfo.InvariantCulture)} at $5 per TB");
        return answer.HasColumns && Print(answer, format, file) > 0 && line.GetValue(FailIfRows) ? ExitStatus.Found : ExitStatus.Done;
    }

    // Before the query, which is to be paid whether its answer can be written or not.
    static void RequirePlace(string? file, string format)
    {
        if (file is null or "-")
            return;
        if (format == OutputFormat.Parquet)
            OutputTarget.RequireFile(file);
        OutputTarget.PartialOf(file);
    }

    static string TextOf(QueryExecution query, TimeSpan elapsed) =>
        $"{query.Status?.State}, {elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s, {StatusText.Size(query.Statistics?.DataScannedInBytes ?? 0)} scanned";

    static long Print(AthenaAnswer answer, string format, string? file)
    {
        if (format == OutputFormat.Parquet)
            return ParquetOutput.Write(answer.Query, answer.Sql, file!);
        using var result = answer.Query(answer.Sql);
        return OutputFormat.WriteTo(file, format, result);
    }
}
