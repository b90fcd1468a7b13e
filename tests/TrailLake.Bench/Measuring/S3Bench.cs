using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace TrailLake.Bench.Measuring;

/// <summary>A trail on a real S3 server on this machine: what ingest costs beside fetching alone and beside ingest from the disk.</summary>
/// <remarks>The server runs on the same processors, so that wall times say less than on a machine of its own; it is none of the contenders' CPU.</remarks>
sealed class S3Bench : IDisposable
{
    const string Server = "tests/s3-server.sh";

    // The server's only user, as that script makes it.
    const string Credentials = "AWS_ACCESS_KEY_ID=TESTACCESSKEY0000000 AWS_SECRET_ACCESS_KEY=testsecretkey00000000000000000000000000 AWS_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true ";

    readonly Workshop _shop;
    readonly string _folder;

    S3Bench(Workshop shop)
    {
        (_shop, _folder) = (shop, shop.NewFolder("s3"));
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        Endpoint = ChildProcess.Run($"{Server} start {port} {ChildProcess.Quote(_folder)} {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", shop.Scratch).Output.Trim();
    }

    public string Endpoint { get; }

    /// <summary>Measures, and reports; where no server can be had, it says so.</summary>
    public static void Run(int rounds, Workshop shop, string program, string trail, Report report, Action<string, Contender> check)
    {
        S3Bench bench;
        try
        {
            bench = new(shop);
        }
        catch (BenchException missing)
        {
            report.Note($"s3: not measured: {missing.Message}");
            return;
        }
        using (bench)
            bench.Measure(rounds, program, trail, report, check);
    }

    void Measure(int rounds, string program, string trail, Report report, Action<string, Contender> check)
    {
        Console.Error.WriteLine("filling a bucket …");
        Self($"s3-fill --bucket trail --trail {ChildProcess.Quote(trail)}");
        var only = new Contender("only fetching from S3", null, _ => SelfCommand("s3-fetch --bucket trail"));
        var sdk = new Contender("only fetching, by the SDK's GetObject", null, _ => SelfCommand("s3-fetch --bucket trail --sdk"));
        var s3 = new Contender("ingest from S3", null, lake => $"{Credentials}{ChildProcess.Quote(program)} ingest s3://trail {ChildProcess.Quote(lake)} --json --endpoint-url {Endpoint}");
        var disk = new Contender("ingest from the disk", trail, lake => $"{ChildProcess.Quote(program)} ingest {ChildProcess.Quote(trail)} {ChildProcess.Quote(lake)} --json");
        Contender.Race(rounds, _shop, only, sdk, s3, disk);
        check(trail, s3);
        report.Add("from S3: wall, by that of only fetching", 1.3, null, s3.WallBy(only));
        report.Add("from S3: CPU, by that from the disk", 1.5, null, s3.CpuBy(disk));
        report.Note($"From S3: CPU {s3.CpuBy(only):F2} of that of only fetching, and {Statistics.Median(s3.Runs.Select((run, i) => run.CpuSeconds / (only.Runs[i].CpuSeconds + disk.Runs[i].CpuSeconds))):F2} of fetching's and the disk's together; wall {s3.WallBy(sdk):F2} of that of only fetching by the SDK's GetObject. The server runs on the same processors.");
        var requests = JsonDocument.Parse(s3.Runs[^1].Output).RootElement.GetProperty("list_requests").GetInt64();
        report.Note($"From S3: {requests} listing requests for the trail; only fetching read {only.Runs[^1].Output.Trim()}.");
        report.Contenders("the trail on S3", only, sdk, s3, disk);
        Console.Error.WriteLine("filling a bucket with 100,000 objects …");
        Self("s3-fill --bucket large");
        report.Note($"Listing one day of 100,000 objects (2 accounts, 5 regions, 100 days): {Self("s3-list --bucket large").Output.Trim()}.");
    }

    ProcessUse Self(string arguments) => ChildProcess.Run(SelfCommand(arguments), _shop.Scratch);

    string SelfCommand(string arguments) => $"{Credentials}{Workshop.Self($"{arguments} --endpoint {Endpoint}")}";

    public void Dispose() => ChildProcess.Run($"{Server} stop {ChildProcess.Quote(_folder)}", _shop.Scratch);
}
