using System.Net;
using System.Net.Sockets;
using Amazon.S3;
using TrailLake.Storage.S3;

[assembly: AssemblyFixture(typeof(TrailLake.Tests.S3Server))]

namespace TrailLake.Tests;

/// <summary>A real S3 server for all tests that need one: a Ceph Object Gateway, started with the first of them.</summary>
public sealed class S3Server : IDisposable
{
    const string AccessKey = "TESTACCESSKEY0000000", SecretKey = "testsecretkey00000000000000000000000000";

    readonly TempFolder _folder = new();
    readonly Lazy<string> _endpoint;
    static readonly Lazy<string> s_missing = new(() => Script("missing").Trim().ReplaceLineEndings(", "));
    static int s_buckets;

    public S3Server()
    {
        _endpoint = new(Start);
        // For the SDK's own chain, here and in the processes that tests start; nothing else is in it.
        foreach (var (name, value) in new[] { ("AWS_ACCESS_KEY_ID", AccessKey), ("AWS_SECRET_ACCESS_KEY", SecretKey), ("AWS_REGION", "us-east-1"), ("AWS_EC2_METADATA_DISABLED", "true") })
            Environment.SetEnvironmentVariable(name, value);
    }

    /// <summary>Where it listens.</summary>
    public string Endpoint => s_missing.Value.Length == 0 ? _endpoint.Value : Missing();

    /// <summary>How it is reached.</summary>
    public S3Options Options => new() { EndpointUrl = Endpoint, Downloads = 8, FirstDelay = TimeSpan.FromMilliseconds(10) };

    /// <summary>The SDK's own client, to prepare and to judge.</summary>
    public AmazonS3Client Client() => new(AccessKey, SecretKey, new AmazonS3Config
    {
        ServiceURL = Endpoint, ForcePathStyle = true, AuthenticationRegion = "us-east-1",
        RequestChecksumCalculation = Amazon.Runtime.RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation = Amazon.Runtime.ResponseChecksumValidation.WHEN_REQUIRED,
    });

    /// <summary>Makes an empty bucket; returns its name.</summary>
    public string NewBucket()
    {
        var name = $"bucket-{Interlocked.Increment(ref s_buckets)}";
        using var client = Client();
        client.PutBucketAsync(name).GetAwaiter().GetResult();
        return name;
    }

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (_endpoint.IsValueCreated)
            Script("stop", _folder["ceph"]);
        _folder.Dispose();
    }

    // Its ports are free when they are chosen, and may be another's when they are bound: then others are.
    string Start()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return Script("start", $"{QuietPort()}", _folder["ceph"], $"{Environment.ProcessId}").Trim();
            }
            catch (InvalidOperationException) when (tries < 3)
            {
                Script("stop", _folder["ceph"]);
            }
        }
    }

    // Below those that the system gives to outgoing connections.
    static int QuietPort()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken
            }
        }
    }

    // The one place where a test is not run: `make test` installs the server where it may, and says why where it may not.
    static string Missing()
    {
        Assert.Skip($"no S3 server here ({s_missing.Value}): `tests/s3-server.sh install` as root installs one (Debian's radosgw, ceph-mon, ceph-osd)");
        return "";
    }

    static string Script(params string[] arguments)
    {
        var ran = TraillakeProcess.RunOther(new(Repository.PathOf("tests", "s3-server.sh"), arguments));
        return ran.Status == 0 ? ran.Output : throw new InvalidOperationException($"s3-server.sh {string.Join(' ', arguments)}: {ran}");
    }
}
