using TrailLake.DuckDb;

namespace TrailLake.Cli;

/// <summary>The spellings of an answer: their names, which one is meant, and who writes it.</summary>
static class OutputFormat
{
    public const string Parquet = "parquet";

    /// <summary>What <c>--format</c> takes.</summary>
    public static readonly string[] Names = ["table", "csv", "json", "jsonl", "markdown", Parquet];

    /// <summary>What <c>--json</c> and <c>--format</c> say together; null where both say nothing.</summary>
    /// <param name="verb">As messages name it.</param>
    /// <exception cref="UsageException">They say two things.</exception>
    public static string? Asked(string verb, bool isJson, string? format) => (isJson, format) switch
    {
        (false, _) => format,
        (true, null or "json") => "json",
        (true, var other) => throw new UsageException($"{verb}: expected one of --json and --format, found both, and --format {other}."),
    };

    /// <summary>The format asked for, or what the file's name says, or a table for eyes and csv for programs.</summary>
    /// <param name="asked">What <c>--format</c> says.</param>
    /// <param name="output">The file.</param>
    /// <param name="option">The option that names the file.</param>
    /// <exception cref="UsageException">There is no such format, or it needs a file.</exception>
    public static string Choose(string? asked, string? output, string option = "--output")
    {
        var format = asked ?? FromName(output) ?? (output is null && !Console.IsOutputRedirected ? "table" : "csv");
        if (!Names.Contains(format))
            throw new UsageException($"--format: expected one of {string.Join(", ", Names)}, found {format}.{Nearest.Question(format, Names)}");
        if (format == Parquet && output is null or "-")
            throw new UsageException($"--format parquet: expected {option} FILE, found none; a Parquet file is no text for a terminal or a pipe.");
        return format;
    }

    /// <summary>Writes the whole result to a file, or to standard output.</summary>
    /// <param name="atFirst">Called before the first byte that may show on the terminal.</param>
    /// <returns>How many rows it had; where who reads has seen enough, as `head` does, how many were read until then.</returns>
    public static long WriteTo(string? path, string format, DuckDbResult result, Action? atFirst = null)
    {
        using var target = OutputTarget.Open(path, atFirst);
        try
        {
            var rows = Write(format, result, target.Stream);
            target.Complete();
            return rows;
        }
        catch (BrokenPipeException)
        {
            return result.RowsRead;
        }
    }

    /// <summary>Writes the whole result.</summary>
    /// <param name="hint">Says how to see what a table cuts.</param>
    /// <returns>How many rows it had.</returns>
    public static long Write(string format, DuckDbResult result, Stream stream, string hint = "--format jsonl has all of it")
    {
        using var output = new TextOutput(stream);
        return result.HasRows || format == "json" ? format switch
        {
            "csv" => CsvOutput.Write(result, output),
            "json" => JsonOutput.Write(result, output, isLines: false),
            "jsonl" => JsonOutput.Write(result, output, isLines: true),
            "markdown" => MarkdownOutput.Write(result, output),
            _ => TableOutput.Write(result, output, TableOutput.ScreenWidth(), hint),
        } : Nothing(result);
    }

    // CREATE, SET, COPY: they are run, and there is nothing to show.
    static long Nothing(DuckDbResult result)
    {
        while (result.ReadChunk())
        {
            // to the end
        }

        return 0;
    }

    static string? FromName(string? output) => Path.GetExtension(output)?.ToLowerInvariant() switch
    {
        ".csv" => "csv",
        ".json" => "json",
        ".jsonl" or ".ndjson" => "jsonl",
        ".md" => "markdown",
        ".parquet" => Parquet,
        ".txt" => "table",
        _ => null,
    };
}
