using TrailLake.Storage;
using TrailLake.Storage.S3;

namespace TrailLake.Tests.Storage.S3;

/// <summary>A network and a server that fail: requests are made again until they succeed, or the object is named.</summary>
public sealed class FaultTests(S3Server server) : IDisposable
{
    static readonly Fault[] All = [Fault.SlowDown, Fault.Reset, Fault.LostAnswer, Fault.Stall, Fault.ShortBody, Fault.FlippedBit];

    readonly TestLake _lake = new(server, server);

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_run_through_a_network_that_spoils_every_fifth_request_makes_the_same_lake(int seed)
    {
        const int files = 40, records = 5;
        for (var file = 0; file < files; file++)
            _lake.Put($"{file:00}.json.gz", TestLake.Gzip(TestLake.Log(Enumerable.Range(0, records).Select(i => TestLake.Record(file * 100 + i).Replace("eu-west-1", $"r{file % 7}")))));
        using var proxy = new FaultyProxy(server.Endpoint, FaultyProxy.Seeded(seed, 0.2, All));
        var report = Ingest.Run(
            StoreUri.Parse(_lake.SourceUri).OpenSource(Through(proxy)), StoreUri.Parse(_lake.LakeUri).OpenLake(Through(proxy)), new IngestOptions(), out _);
        Assert.Equal((files, 0, files * records), (report.ObjectsIngested, report.ObjectsQuarantined, report.RecordsWritten));
        Assert.Equal([$"{files * records}", $"{files * records}"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        Assert.All(All, fault => Assert.True(proxy.Done.GetValueOrDefault(fault) > 0, $"{fault} did not occur in {proxy.Requests} requests"));
        Assert.Empty(_lake.Files("_traillake/running"));
    }

    public static readonly TheoryData<string> Deadly = [nameof(Fault.SlowDown), nameof(Fault.Reset), nameof(Fault.LostAnswer), nameof(Fault.Stall), nameof(Fault.ShortBody), nameof(Fault.FlippedBit)];

    [Theory]
    [MemberData(nameof(Deadly))]
    public void An_object_that_never_comes_whole_is_named_and_the_next_run_has_it(string fault)
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Put("b.json", TestLake.Log(TestLake.Record(2))).Put("c.json", TestLake.Log(TestLake.Record(3)));
        using var proxy = new FaultyProxy(server.Endpoint, (line, _) => line.Contains("b.json", StringComparison.Ordinal) ? Enum.Parse<Fault>(fault) : Fault.None);
        var report = _lake.Run(source: StoreUri.Parse(_lake.SourceUri).OpenSource(Through(proxy) with { Patience = TimeSpan.FromMilliseconds(100) }));
        Assert.Equal((2, 1, 2), (report.ObjectsIngested, report.ObjectsQuarantined, report.RecordsWritten));
        var line = Assert.Single(_lake.Rows("select source_object, reason, message from quarantine"));
        Assert.Equal(("b.json", "unreadable"), (line[0], line[1]));
        Assert.Contains($"{_lake.SourceUri}/b.json: cannot read it", line[2], StringComparison.Ordinal);
        Assert.Equal((1, 1), (_lake.Run().ObjectsIngested, _lake.Run().ObjectsIngested + 1));
        Assert.Equal("3", _lake.Scalar("select count(*) from events"));
    }

    [Fact]
    public void Where_the_answer_to_a_create_is_lost_the_object_is_known_as_ones_own()
    {
        using var proxy = new FaultyProxy(server.Endpoint, (line, number) => number == 1 ? Fault.LostAnswer : Fault.None);
        var store = StoreUri.Parse(_lake.LakeUri).OpenLake(Through(proxy));
        Assert.True(store.TryCreate("lock", "mine"u8));
        Assert.Equal(3, proxy.Requests); // the create, the create again, and a look at whose it is
        Assert.False(store.TryCreate("lock", "mine"u8));
        Assert.False(_lake.OpenLake().TryCreate("lock", "mine"u8));
    }

    [Fact]
    public void A_large_object_is_written_in_parts_and_read_in_pieces_whatever_happens_to_some()
    {
        var content = new byte[70 << 20];
        new Random(7).NextBytes(content.AsSpan(0, 20 << 20));
        using var proxy = new FaultyProxy(server.Endpoint, FaultyProxy.Seeded(5, 0.25, Fault.SlowDown, Fault.Reset, Fault.LostAnswer, Fault.ShortBody));
        var store = StoreUri.Parse(_lake.LakeUri).OpenLake(Through(proxy) with { Patience = TimeSpan.FromSeconds(20) });
        using (var write = store.BeginWrite("large"))
        {
            write.Append(content.AsSpan(0, 1 << 20));
            write.Append(content.AsSpan(1 << 20));
            Assert.False(_lake.OpenLake().Exists("large"));
            write.Commit();
        }
        Assert.True(content.AsSpan().SequenceEqual(store.Read("large")));
        Assert.EndsWith("-5", _lake.OpenLake().List("large").Single().ETag, StringComparison.Ordinal); // so many parts
    }

    S3Options Through(FaultyProxy proxy) => server.Options with { EndpointUrl = proxy.Endpoint, FirstDelay = TimeSpan.FromMilliseconds(2), Patience = TimeSpan.FromMilliseconds(400) };
}
