using System.Net;
using System.Net.Sockets;
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
        // A second night, late, which merges with the first one's files.
        for (var file = 0; file < files; file++)
            _lake.Put($"late{file:00}.json.gz", TestLake.Gzip(TestLake.Log(Enumerable.Range(0, 2 * records).Select(i => TestLake.Record(file * 100 + 2 * i).Replace("eu-west-1", $"r{file % 7}")))));
        Ingest.Run(StoreUri.Parse(_lake.SourceUri).OpenSource(Through(proxy)), StoreUri.Parse(_lake.LakeUri).OpenLake(Through(proxy)), new IngestOptions(), out _);
        using var undisturbed = new TestLake();
        undisturbed.Run(source: _lake.OpenSource());
        Assert.Equal(undisturbed.Scalar(RepeatedDeliveries.Checksum), _lake.Scalar(RepeatedDeliveries.Checksum));
        Assert.Empty(_lake.Files("_traillake/running"));
    }

    [Fact]
    public void A_connection_that_is_not_made_in_time_is_tried_again_and_then_named()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1)));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(1);
        var waiting = Enumerable.Range(0, 2).Select(_ => new TcpClient("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port)).ToList(); // more than it takes
        var lake = StoreUri.Parse(_lake.LakeUri).OpenLake(server.Options with { EndpointUrl = $"http://{listener.LocalEndpoint}", FirstDelay = TimeSpan.FromMilliseconds(2), Patience = TimeSpan.FromMilliseconds(200) });
        var failed = Assert.Throws<StoreException>(() => Ingest.Run(_lake.OpenSource(), lake, new IngestOptions(), out _));
        waiting.ForEach(client => client.Dispose());
        Assert.Contains("S3 did not answer in time, however often it was asked; run again.", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(Fault.Expired), "the credentials have expired", 30)] // each once at most
    [InlineData(nameof(Fault.SlowDown), "S3 answered 503 SlowDown, however often it was asked", 400)]
    public void What_fails_for_every_object_ends_the_run_and_quarantines_none(string fault, string words, int mostRequests)
    {
        for (var file = 0; file < 40; file++)
            _lake.Put($"{file:00}.json", TestLake.Log(TestLake.Record(file)));
        var refused = 0;
        using var proxy = new FaultyProxy(server.Endpoint, (line, _) => !line.Contains(".json ", StringComparison.Ordinal) || string.CompareOrdinal(line, "GET /" + _lake.SourceUri["s3://".Length..] + "/10.json") < 0 ? Fault.None
            : Interlocked.Increment(ref refused) > 0 ? Enum.Parse<Fault>(fault) : default);
        var source = StoreUri.Parse(_lake.SourceUri).OpenSource(Through(proxy) with { Downloads = 4 });
        Assert.Contains(words, Assert.Throws<StoreException>(() => _lake.Run(source: source)).Message, StringComparison.Ordinal);
        Assert.InRange(refused, 1, mostRequests);
        Assert.Empty(_lake.Files("_traillake/quarantine"));
        Assert.Empty(_lake.Files("_traillake/ledger"));
        Assert.Equal(40, _lake.Run().ObjectsIngested);
    }

    // As where a policy lets the run list and not read, which a scheduler takes for done by status 1.
    [Theory]
    [InlineData(11, 2)]
    [InlineData(10, 1)]
    public void Where_none_of_many_objects_may_be_read_the_run_has_failed(int objects, int status)
    {
        for (var file = 0; file < objects; file++)
            _lake.Put($"{file:00}.json", TestLake.Log(TestLake.Record(file)));
        using var proxy = new FaultyProxy(server.Endpoint, (line, _) => line.StartsWith($"GET /{_lake.SourceUri["s3://".Length..]}/", StringComparison.Ordinal) ? Fault.Denied : Fault.None);
        var run = TraillakeProcess.Run([.. _lake.Ingest[..^1], proxy.Endpoint]);
        Assert.Equal(status, run.Status);
        Assert.Equal(status == 2, run.Errors.Contains($"expected objects that can be read, found none among {objects}; `traillake status {_lake.LakeUri}` says why", StringComparison.Ordinal));
        Assert.Equal($"{objects}", _lake.Scalar("select count(*) from quarantine where reason = 'unreadable'"));
        Assert.Equal(0, TraillakeProcess.Run(_lake.Ingest).Status);
        Assert.Equal($"{objects}", _lake.Scalar("select count(*) from events"));
    }

    [Fact]
    public void An_object_in_an_archive_is_named_and_no_later_night_looks_back_to_it()
    {
        for (var day = 1; day < 4; day++)
            _lake.Put(TestLake.DayKey(day, "a"), TestLake.Log(TestLake.Record(day)));
        var isArchived = true;
        using var proxy = new FaultyProxy(server.Endpoint, (line, _) => isArchived && line.Contains("/01/01/a.json ", StringComparison.Ordinal) ? Fault.Archived : Fault.None);
        var source = StoreUri.Parse(_lake.SourceUri).OpenSource(Through(proxy));
        var report = _lake.Run(new() { LateDays = 3 }, source);
        Assert.Equal((2, 1, DateOnly.FromDateTime(DateTime.UtcNow)), (report.ObjectsIngested, report.ObjectsQuarantined, report.CompleteBefore));
        Assert.Contains("it is in an archive (Glacier or Deep Archive); restore it", (string)_lake.Scalar("select message from quarantine")!, StringComparison.Ordinal);
        isArchived = false; // restored
        Assert.Equal((0, 0), (_lake.Run(new() { LateDays = 3 }, source).ObjectsListed, _lake.Run(new() { LateDays = 3 }, source).ObjectsIngested));
        Assert.Equal(1, _lake.Run(new() { Filter = new() { Since = new(2024, 1, 1) } }, source).ObjectsIngested);
    }

    // Longer in all than it may stand still.
    [Fact]
    public void An_upload_that_goes_on_may_take_its_time()
    {
        var content = new byte[40 << 20];
        new Random(7).NextBytes(content);
        using var proxy = new FaultyProxy(server.Endpoint, (_, _) => Fault.SlowUpload);
        var store = StoreUri.Parse(_lake.LakeUri).OpenLake(Through(proxy) with { Patience = TimeSpan.FromSeconds(4) }); // a busy disk takes the whole of it in two
        store.Write("large", content);
        Assert.Equal(1, proxy.Requests);
        Assert.True(content.AsSpan().SequenceEqual(_lake.OpenLake().Read("large")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void A_bit_that_turns_in_a_piece_of_a_large_object_gets_into_no_row(int times)
    {
        _lake.Put("large.json", TestLake.Log(Enumerable.Range(0, 100).Select(i => TestLake.Record(i).Replace("\"requestParameters\":null", $"\"requestParameters\":{{\"n\":\"{new string('x', 100_000)}\"}}"))));
        var turned = 0;
        using var proxy = new FaultyProxy(server.Endpoint, (line, _) => line.Contains("large.json", StringComparison.Ordinal) && Interlocked.Increment(ref turned) is 3 or 6 or 9 && turned / 3 <= times ? Fault.FlippedBit : Fault.None);
        var report = _lake.Run(source: StoreUri.Parse(_lake.SourceUri).OpenSource(Through(proxy)));
        if (times > 1)
        {
            Assert.Equal((0, 1, 0L), (report.ObjectsIngested, report.ObjectsQuarantined, report.RecordsWritten));
            Assert.Contains("large.json: cannot read it: expected the checksum", (string)_lake.Scalar("select message from quarantine")!, StringComparison.Ordinal);
            report = _lake.Run();
        }
        Assert.Equal((1, 100L, 0L), (report.ObjectsIngested, report.RecordsWritten, report.ConflictingEventIds));
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), "traillake-????????????????????????????????"));
    }

    [Fact]
    public async Task An_upload_whose_begin_got_no_answer_is_given_up()
    {
        var begun = 0;
        using var proxy = new FaultyProxy(server.Endpoint, (line, _) => line.StartsWith("POST ", StringComparison.Ordinal) && line.Contains("?uploads", StringComparison.Ordinal) && begun++ == 0 ? Fault.LostAnswer : Fault.None);
        using (var write = StoreUri.Parse(_lake.LakeUri).OpenLake(Through(proxy) with { Patience = TimeSpan.FromSeconds(20) }).BeginWrite("large"))
        {
            write.Append(new byte[65 << 20]);
            write.Commit();
        }
        Assert.Equal(2, begun);
        using var client = server.Client();
        var left = await client.ListMultipartUploadsAsync(new Amazon.S3.Model.ListMultipartUploadsRequest { BucketName = _lake.LakeUri.Split('/')[2] }, TestContext.Current.CancellationToken);
        Assert.Empty(left.MultipartUploads ?? []);
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
