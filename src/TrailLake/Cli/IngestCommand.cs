using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Storage;
using TrailLake.Storage.S3;

namespace TrailLake.Cli;

/// <summary><c>traillake ingest SOURCE LAKE</c>: flattens what is new in a source into a lake.</summary>
static class IngestCommand
{
    /// <summary>More threads are no faster, and may be more than the system gives out.</summary>
    public const int MaxThreads = 256;

    /// <summary>CloudTrail delivers within minutes, and again for days where a bucket refused it; on S3 each folder of a day costs a request.</summary>
    const int UsualLateDays = 3;

    const long UsualMemory = 384L << 20, UsualObjectSize = 1L << 30;

    /// <summary>Beyond so many objects, none of which may be read, it is not they that something is wrong with.</summary>
    const int MostUnreadable = 10;

    static readonly Argument<string> Source = new("SOURCE") { Description = "A folder of CloudTrail log files, or one file, here or at s3://bucket/prefix." };
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder, or s3://bucket/prefix; made where there is none." };
    static readonly Option<DateOnly?> Since = UtcDay.Option("--since", "Files delivered on this day (UTC) and later.");
    static readonly Option<DateOnly?> Until = UtcDay.Option("--until", "Files delivered up to this day (UTC), and on it.");
    static readonly Option<int?> LateDays = new("--late-days") { Description = "Without --since and --until, list the deliveries from so many days before the last run on; 3 by default on S3, and on a disk everything.", HelpName = "N", CustomParser = ParseLateDays };
    static readonly Option<string[]> Accounts = AccountOption.OfSource();
    static readonly Option<string[]> Regions = Names("--region", "Files of this region; may be given again.");
    static readonly Option<ShardChoice?> Shard = ShardOption.Create();
    static readonly Option<bool> Wait = new("--wait") { Description = "Wait where another run writes to the lake, instead of ending with status 2." };
    static readonly Option<int?> Threads = ThreadsOption("Workers; by default one for each processor, as far as they take no more than half of the memory.");
    static readonly Option<long?> Memory = ByteSize.Option("--memory", "What the run may use; 384MiB by default.", least: 64L << 20);
    static readonly Option<long?> MaxObjectSize = ByteSize.Option("--max-object-size", "The records of a file beyond this size, unzipped, are quarantined; 1GiB by default.", least: 1L << 20);
    static readonly Option<ParquetCodec?> Compression = CompressionOption();
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be read, and write nothing." };
    static readonly Option<bool> Json = new("--json") { Description = "Print the run's report as one JSON object." };
    static readonly Option<bool> Quiet = new("--quiet") { Description = "Print nothing but errors, and a line where something is in quarantine." };

    public static Command Create()
    {
        var command = new Command("ingest", "Flatten what is new in SOURCE into LAKE")
        {
            Source, Lake, Since, Until, LateDays, Accounts, Regions, Shard, Wait, Threads, Memory, MaxObjectSize, Compression, DryRun, Json, Quiet,
        };
        ProgressLine.AddTo(command);
        S3Settings.AddToIngest(command);
        IngestDeployment.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    /// <summary>The option <c>--compression</c>.</summary>
    public static Option<ParquetCodec?> CompressionOption()
    {
        var option = new Option<ParquetCodec?>("--compression") { Description = "zstd (the default), snappy, gzip or none.", HelpName = "CODEC", CustomParser = ParseCodec };
        option.CompletionSources.Clear(); // .NET's own names have capitals, which no shell completes a small letter to
        option.CompletionSources.Add([.. Enum.GetNames<ParquetCodec>().Select(name => name.ToLowerInvariant())]);
        return option;
    }

    /// <summary>The option <c>--threads</c>.</summary>
    public static Option<int?> ThreadsOption(string description = "Workers; by default one for each processor.") =>
        new("--threads") { Description = description, HelpName = "N", CustomParser = ParseThreads };

    static int? ParseThreads(ArgumentResult argument)
    {
        var isGood = int.TryParse(argument.Tokens[0].Value, out var threads) && threads is >= 1 and <= MaxThreads;
        if (!isGood)
            argument.AddError($"expected a number from 1 to {MaxThreads}, found {argument.Tokens[0].Value}.");
        return threads;
    }

    // By name alone: .NET takes the numbers of codecs, too, and several names at once.
    static ParquetCodec? ParseCodec(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        foreach (var codec in Enum.GetValues<ParquetCodec>())
        {
            if (codec.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return codec;
        }
        argument.AddError(text); // what was expected is said as of every option that has names
        return null;
    }

    static int? ParseLateDays(ArgumentResult argument)
    {
        if (int.TryParse(argument.Tokens[0].Value, out var days) && days is >= 0 and <= 36_500)
            return days;
        argument.AddError($"expected a number of days, found {argument.Tokens[0].Value}.");
        return null;
    }

    /// <summary>An option that takes names, and may be given again.</summary>
    public static Option<string[]> Names(string name, string description) =>
        new(name) { Description = description, HelpName = "NAME", DefaultValueFactory = _ => [] };

    static int Run(ParseResult line)
    {
        var (isQuiet, memory) = (line.GetValue(Quiet), line.GetValue(Memory) ?? UsualMemory);
        var options = new IngestOptions
        {
            Threads = line.GetValue(Threads) ?? Math.Min(Environment.ProcessorCount, IngestRun.MostWorkers(memory)),
            MemoryBytes = memory,
            MaxObjectBytes = line.GetValue(MaxObjectSize) ?? UsualObjectSize,
            IsDryRun = line.GetValue(DryRun),
            Shard = line.GetValue(Shard)?.Resolve(Environment.GetEnvironmentVariable),
            Waits = line.GetValue(Wait),
            Parquet = new ParquetOptions { Codec = line.GetValue(Compression) ?? ParquetCodec.Zstd },
            Filter = new SourceFilter
            {
                Since = line.GetValue(Since), Until = line.GetValue(Until),
                Accounts = line.GetRequiredValue(Accounts), Regions = line.GetRequiredValue(Regions),
            },
        };
        if (options.Parquet is { Codec: ParquetCodec.Zstd } && !ParquetOptions.HasZstd && !isQuiet)
            Console.Error.WriteLine("traillake: libzstd is not on this machine, so files are compressed with Snappy, which takes about a third more room.");
        using var progress = ProgressLine.Start(line, isQuiet, options.Progress);
        using var interrupt = new Interrupt(progress.Say);
        var source = StoreUri.Parse(line.GetRequiredValue(Source)).OpenSource(S3Settings.OfSource(line, interrupt.Late));
        var lake = StoreUri.Parse(line.GetRequiredValue(Lake)).OpenLake(S3Settings.OfIngestLake(line, interrupt.Late));
        if (source.Overlaps(lake))
            throw new UsageException($"ingest: expected SOURCE and LAKE beside each other, found {source.Root} and {lake.Root}, one in the other: a lake's own files are no log files. Name another LAKE; nothing was read.");
        options = options with { Cancel = interrupt.Token, Warn = progress.Say, LateDays = line.GetValue(LateDays) ?? (source is S3Store ? UsualLateDays : null) };
        var athena = IngestDeployment.Of(line, StoreUri.Parse(line.GetRequiredValue(Lake)), lake);
        var report = Ingest.Run(source, lake, options, out var quarantined);
        progress.Dispose();
        if (line.GetValue(Json))
            Console.Out.WriteLine(Encoding.UTF8.GetString(report.ToJson()));
        else if (!isQuiet)
            Console.Out.Write(RunText.Of(report, quarantined, line.GetRequiredValue(Lake)));
        if (!isQuiet && options is { Shard: null, Filter: { Since: null, Until: null, Accounts.Count: 0, Regions.Count: 0 } } && report is { IsInterrupted: false, ListedSince: null, ObjectsIngested: 0, ObjectsAlreadyIngested: 0, ObjectsQuarantined: 0 })
            Console.Error.WriteLine($"traillake: {report.Source}: expected CloudTrail's log files (.json, .json.gz, .jsonl, .ndjson), found none to read among {StatusText.Count(report.ObjectsListed, "object")}. Check SOURCE.");
        var read = report.ObjectsIngested + report.ObjectsQuarantined + report.ObjectsPassedOver;
        if (report.IsInterrupted)
            Console.Error.WriteLine($"traillake: interrupted; {(read == 1 ? "the object read so far is" : $"the {read:N0} objects read so far are")} in the lake. Run it again for the rest.");
        if (isQuiet && report.HasQuarantined) // cron mails what is printed, and no status
            Console.Error.WriteLine($"traillake: {StatusText.Count(report.RecordsQuarantined, "record")} and {StatusText.Count(report.ObjectsQuarantined, "object")} are in quarantine: traillake status {line.GetRequiredValue(Lake)}");
        RequireReadable(report, quarantined, line.GetRequiredValue(Lake));
        if (athena is not null && !report.IsInterrupted && !report.IsDryRun) // at the end: it may fail, and what the run has to say is said
            athena.Run(hasText: !line.GetValue(Json) && !isQuiet, isQuiet, interrupt.Token);
        return report.IsInterrupted ? ExitStatus.Failed : report.HasQuarantined ? ExitStatus.Found : ExitStatus.Done;
    }

    // A scheduler takes status 1 for done, and would do so each night.
    static void RequireReadable(RunReport report, IReadOnlyDictionary<string, long> quarantined, string lake)
    {
        if (report is { ObjectsIngested: 0, IsInterrupted: false } && quarantined.GetValueOrDefault(Reasons.Unreadable) is > MostUnreadable and var unreadable && unreadable == report.ObjectsQuarantined)
            throw new StoreException($"{report.Source}: expected objects that can be read, found none among {unreadable:N0}; `traillake status {lake}` says why. Check the rights to read them (on S3 s3:GetObject, and kms:Decrypt for the key of their bucket); the next run tries them all again.");
    }
}
