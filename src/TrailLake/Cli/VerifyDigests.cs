using System.Collections.Concurrent;
using System.CommandLine;
using TrailLake.Aws;
using TrailLake.Lake;
using TrailLake.Storage;
using TrailLake.Storage.S3;

namespace TrailLake.Cli;

/// <summary>The options <c>--source S --digests</c> of <c>verify</c>: CloudTrail's digests of a source, and what they name.</summary>
sealed class VerifyDigests
{
    static readonly Option<string?> Source = new("--source") { Description = "With --digests: the SOURCE that the lake was made of, named as for ingest.", HelpName = "SOURCE" };
    static readonly Option<bool> Digests = new("--digests") { Description = "Check CloudTrail's digests in --source, each log file that they name, and that the lake has it." };
    static readonly Option<DateOnly?> Since = UtcDay.Option("--since", "Digests of this day (UTC) and later.");
    static readonly Option<DateOnly?> Until = UtcDay.Option("--until", "Digests up to this day (UTC), and of it.");
    static readonly Option<string[]> Accounts = AccountOption.OfSource("Digests of this account; may be given again.");
    static readonly Option<string[]> Regions = IngestCommand.Names("--region", "Digests of this region; may be given again.");
    static readonly Option<string?> PublicKeys = new("--public-keys") { Description = "A file of what `aws cloudtrail list-public-keys` prints; else CloudTrail is asked for them.", HelpName = "FILE" };
    static readonly Option<string?> SourceRole = new("--source-role-arn") { Description = "A role to assume for --source on S3, where it is another one than LAKE's.", HelpName = "ARN" };

    readonly ObjectStore _source;
    readonly SourceFilter _filter;
    readonly Func<string, DateTime, DateTime, IReadOnlyDictionary<string, byte[]>> _keysOf;

    VerifyDigests(ObjectStore source, SourceFilter filter, Func<string, DateTime, DateTime, IReadOnlyDictionary<string, byte[]>> keysOf) => (_source, _filter, _keysOf) = (source, filter, keysOf);

    /// <summary>Adds the options.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[Source, Digests, Since, Until, Accounts, Regions, PublicKeys, SourceRole])
            command.Options.Add(option);
    }

    /// <summary>What a call asks for; null where it does not ask for digests.</summary>
    /// <exception cref="UsageException">One option without another.</exception>
    /// <exception cref="StoreException">There is no such source.</exception>
    public static VerifyDigests? Of(ParseResult line, CancellationToken cancel)
    {
        var uri = line.GetValue(Source);
        if (!line.GetValue(Digests))
        {
            foreach (var option in (Option[])[Source, Since, Until, Accounts, Regions, PublicKeys, SourceRole])
            {
                if (line.GetResult(option) is { Implicit: false })
                    throw new UsageException($"verify: expected --digests beside {option.Name}, found none. `traillake verify LAKE --source SOURCE --digests`");
            }
            return null;
        }
        if (uri is null)
            throw new UsageException("verify: expected --source beside --digests, found none. `traillake verify LAKE --source SOURCE --digests`");
        UtcDay.RequireOrder(line, "verify");
        var ofLake = S3Settings.OfLake(line, cancel);
        var options = ofLake with { ExpectedBucketOwner = null, RoleArn = line.GetValue(SourceRole) ?? ofLake.RoleArn };
        var filter = new SourceFilter { Since = line.GetValue(Since), Until = line.GetValue(Until), Accounts = line.GetRequiredValue(Accounts), Regions = line.GetRequiredValue(Regions) };
        return new(StoreUri.Parse(uri).OpenSource(options), filter, KeysOf(line.GetValue(PublicKeys), options, cancel));
    }

    /// <summary>Checks the digests, and adds what it found.</summary>
    public VerifyReport AddTo(VerifyReport report, ObjectStore lake, int threads, WorkProgress progress, CancellationToken cancel)
    {
        var problems = new ConcurrentBag<VerifyProblem>();
        var check = new DigestCheck(_source, new LedgerKeys(lake, cancel), _keysOf, threads, progress, Add, cancel);
        var digests = check.Run(_filter, DateOnly.FromDateTime(DateTime.UtcNow));
        return report with { Digests = digests, Problems = VerifyReport.Sorted(report.Problems.Concat(problems)) };

        void Add(string key, string problem, string message)
        {
            var place = key.Length == 0 ? _source.Root : _source.Locate(key);
            problems.Add(new(key, problem, message.StartsWith(place, StringComparison.Ordinal) ? message : $"{place}: {message}"));
        }
    }

    /// <summary>What was proved, for people.</summary>
    public static string Text(DigestReport digests) =>
        $"{digests.Source}: {StatusText.Count(digests.Digests, "digest")} in {StatusText.Count(digests.Chains, "chain")}{(digests.From is null ? "" : $" from {digests.From} to {digests.Until}")}, {StatusText.Count(digests.LogFiles, "log file")} as delivered and in the lake"
        + (digests.LogFilesOnlyInLake > 0 ? $", {digests.LogFilesOnlyInLake:N0} in the lake only" : "")
        + (digests.DigestsUnproven > 0 ? $"; the signature of {StatusText.Count(digests.DigestsUnproven, "digest")} is not here (S3 keeps it beside the object), so what {(digests.DigestsUnproven == 1 ? "it names" : "they name")} is not proven" : "");

    static Func<string, DateTime, DateTime, IReadOnlyDictionary<string, byte[]>> KeysOf(string? file, S3Options source, CancellationToken cancel)
    {
        if (file is not null)
        {
            var given = CloudTrailKeys.Read(file);
            return (_, _, _) => given;
        }
        var keys = new CloudTrailKeys(source.Profile, source.RoleArn);
        return (region, from, until) => keys.Of(region, from, until, cancel);
    }
}
