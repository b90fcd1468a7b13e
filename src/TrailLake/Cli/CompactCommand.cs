using System.CommandLine;
using System.Text.Json;
using TrailLake.Parquet;

namespace TrailLake.Cli;

/// <summary><c>traillake compact LAKE</c>: merges the small files of partitions.</summary>
static class CompactCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder, or s3://bucket/prefix." };
    static readonly Option<DateOnly?> Since = UtcDay.Option("--since", "Events of this day (UTC) and later.");
    static readonly Option<DateOnly?> Until = UtcDay.Option("--until", "Events up to this day (UTC), and of it.");
    static readonly Option<string[]> Services = ServiceOption.Create();
    static readonly Option<bool> Wait = new("--wait") { Description = "Wait where another run writes to the lake, instead of ending with status 2." };
    static readonly Option<ParquetCodec?> Compression = IngestCommand.CompressionOption();
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be merged, and write nothing." };
    static readonly Option<bool> Json = new("--json") { Description = "Print the report as one JSON object." };
    static readonly Option<bool> Quiet = new("--quiet") { Description = "Print nothing but errors." };

    public static Command Create()
    {
        var command = new Command("compact", "Merge the small files of a partition") { Lake, Since, Until, Services, Compression, Wait, DryRun, Json, Quiet };
        ProgressLine.AddTo(command);
        S3Settings.AddToWriter(command);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        var work = new WorkProgress();
        using var progress = ProgressLine.Start(line, line.GetValue(Quiet), work);
        using var interrupt = new Interrupt(progress.Say);
        var report = Compact.Run(LakePlace.OpenLake(line.GetRequiredValue(Lake), S3Settings.OfWriter(line, interrupt.Late)), new CompactOptions
        {
            Since = line.GetValue(Since), Until = line.GetValue(Until), Services = line.GetRequiredValue(Services),
            Parquet = new ParquetOptions { Codec = line.GetValue(Compression) ?? ParquetCodec.Zstd }, Waits = line.GetValue(Wait), IsDryRun = line.GetValue(DryRun), Cancel = interrupt.Token,
            Warn = progress.Say, Progress = work,
        });
        progress.Dispose();
        if (line.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.CompactReport));
        else if (!line.GetValue(Quiet))
            Console.Out.WriteLine(report.PartitionsCompacted == 0 ? $"{report.Lake}: nothing to merge in {StatusText.Count(report.Partitions, "partition")}"
                : report.DryRun ? $"{report.Lake}: a dry run; {StatusText.Count(report.FilesBefore, "file")} of {StatusText.Count(report.PartitionsCompacted, "partition")} would become {report.FilesAfter:N0}; {StatusText.Size(report.BytesRead)} to read"
                : $"{report.Lake}: {StatusText.Count(report.FilesBefore, "file")} of {StatusText.Count(report.PartitionsCompacted, "partition")} became {report.FilesAfter:N0}, {StatusText.Size(report.BytesRead)} became {StatusText.Size(report.BytesWritten)}{(report.Duplicates > 0 ? $", {StatusText.Count(report.Duplicates, "duplicate row")} removed" : "")}, in {report.Seconds:N1} s");
        return ExitStatus.Done;
    }
}
