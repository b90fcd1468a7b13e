using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TrailLake.Lake;

namespace TrailLake.Cli;

/// <summary>What <c>--shard</c> was given: <c>2/8</c>, <c>auto</c>, or <c>auto/8</c> where the scheduler tells the number and not the count.</summary>
sealed record ShardChoice(int? Number, int? Count)
{
    /// <summary>An array's index, its count or its greatest index, and the least one, as schedulers tell them.</summary>
    static readonly (string Index, string? Count, string? First, string? Step)[] Schedulers =
    [
        ("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", null, null),
        ("JOB_COMPLETION_INDEX", null, null, null), // Kubernetes, Indexed Job
        ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP"),
    ];

    /// <summary>The shard, with the scheduler's variables where it was asked for.</summary>
    /// <exception cref="UsageException">There are none, or they make no sense.</exception>
    public Shard Resolve(Func<string, string?> variable)
    {
        if (Number is { } number)
            return new Shard(number, Count!.Value);
        foreach (var (indexName, countName, firstName, stepName) in Schedulers)
        {
            if (variable(indexName) is not { Length: > 0 })
                continue;
            var told = ReadIfThere(countName, 1, variable);
            if (Count is { } asked && told is { } found && asked != found)
                throw new UsageException($"ingest: --shard auto/{asked}: expected the scheduler to say {asked} as well, found {countName}={found}: the shards beyond that nobody would read. Say --shard auto.");
            var count = Count ?? told
                ?? throw new UsageException($"ingest: --shard auto: found {indexName}={variable(indexName)}, but not how many shards there are; expected {(countName is null ? "" : $"{countName}, or ")}the count behind a slash: --shard auto/8.");
            var first = ReadIfThere(firstName, 0, variable) ?? 0;
            var step = ReadIfThere(stepName, 1, variable) ?? 1;
            var index = (Read(indexName, 0, variable) - first) / step;
            return index >= 0 && index < count ? new Shard(index + 1, count)
                : throw new UsageException($"ingest: --shard auto: expected {indexName} to be below the count of {count} shards, found {variable(indexName)}{(first > 0 ? $" (counted from {first})" : "")}. Start as many as there are shards.");
        }
        throw new UsageException($"ingest: --shard auto: expected a scheduler's array index in {string.Join(", ", Schedulers.Select(scheduler => scheduler.Index))}, found none. Name the shard: --shard 1/8.");
    }

    static int? ReadIfThere(string? name, int least, Func<string, string?> variable) =>
        name is null || variable(name) is not { Length: > 0 } ? null : Read(name, least, variable);

    static int Read(string name, int least, Func<string, string?> variable) =>
        int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= int.MaxValue / 2 ? number
        : throw new UsageException($"ingest: --shard auto: expected {name} to be a number from {least} on, found {variable(name)}.");
}

/// <summary>The option <c>--shard</c>.</summary>
static class ShardOption
{
    public static Option<ShardChoice?> Create() => new("--shard")
    {
        Description = "Read one of n parts of SOURCE, while other processes read the others; auto takes the array index of AWS Batch, Kubernetes or Slurm.",
        HelpName = "I/N|auto[/N]",
        CustomParser = Parse,
    };

    static ShardChoice? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        var (number, count) = text.Split('/') is [var first, .. var rest] && rest.Length <= 1 ? (first, rest.FirstOrDefault()) : ("", null);
        int? shards = count is not null && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= Shard.MaxCount ? n : null;
        if (number == "auto" && (count is null || shards is not null))
            return new ShardChoice(null, shards);
        if (shards is not null && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i >= 1 && i <= shards)
            return new ShardChoice(i, shards);
        argument.AddError($"expected a shard such as 2/8 (the second of eight), auto or auto/8, found {text}.");
        return null;
    }
}
