using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace TrailLake.Cli;

/// <summary>What <c>traillake help VERB</c> shows below the options: calls that can be copied.</summary>
static class Examples
{
    static readonly (string Verb, string[] Calls)[] All =
    [
        ("ingest", ["traillake ingest ./trail lake", "traillake ingest s3://my-trail/AWSLogs s3://my-lake/lake --since -7d", "traillake ingest s3://my-trail lake --account 111122223333 --region us-east-1 --dry-run"]),
        ("query", ["traillake query lake", "traillake query lake \"select service, count(*) as events from events group by 1 order by 2 desc\"", "traillake query lake --view root_activity --since -7d", "traillake query lake --file alert.sql --fail-if-rows --output alert.csv"]),
        ("views", ["traillake views lake", "traillake views lake --show root_activity", "traillake views lake --generate"]),
        ("status", ["traillake status lake", "traillake status lake --json"]),
        ("verify", ["traillake verify lake", "traillake verify s3://my-lake/lake --json", "traillake verify lake --source s3://my-trail --digests --since -7d"]),
        ("compact", ["traillake compact lake", "traillake compact lake --service s3 --since -30d --dry-run"]),
        ("export", ["traillake export lake out", "traillake export lake out --service iam --since 2024-01-01 --until 2024-01-31"]),
        ("report", ["traillake report lake report.html"]),
        ("pull", ["traillake pull s3://my-lake/lake lake --since -30d --service iam"]),
        ("athena", ["traillake athena sql s3://my-lake/lake", "traillake athena deploy s3://my-lake/lake", "traillake athena query s3://my-lake/lake \"select * from root_activity\""]),
        ("completion", ["source <(traillake completion bash)", "traillake completion zsh > ~/.zfunc/_traillake"]),
    ];

    static string[] Of(string verb) => All.FirstOrDefault(example => example.Verb == verb).Calls ?? [];

    /// <summary>Lets help end with them.</summary>
    public static void AddTo(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!);
    }

    sealed class HelpWithExamples(SynchronousCommandLineAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            var status = help.Invoke(parsed);
            var (verb, output) = (parsed.CommandResult, parsed.InvocationConfiguration.Output);
            while (verb.Parent is CommandResult { Command: not RootCommand } outer) // of athena deploy: athena
                verb = outer;
            var calls = verb.Command is RootCommand ? ["traillake ingest ./trail lake", "traillake query lake --view console_logins_without_mfa"] : Of(verb.Command.Name);
            if (calls.Length > 0)
                output.WriteLine($"Examples:{string.Concat(calls.Select(call => $"\n  {call}"))}");
            if (verb.Command is RootCommand)
                output.WriteLine("\n`traillake help VERB` tells of one verb. Exit status: 0 all done, 1 something was found or quarantined, 2 failed, 64 wrong usage.");
            return status;
        }
    }
}
