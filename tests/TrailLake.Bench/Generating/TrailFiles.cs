using System.IO.Compression;

namespace TrailLake.Bench.Generating;

/// <summary>Makes a trail's files: <c>AWSLogs/account/CloudTrail/region/yyyy/mm/dd/….json.gz</c>, each <c>{"Records":[…]}</c>, and the truth beside them.</summary>
sealed class TrailFiles
{
    // CloudTrail's files are about as small as zlib's level 6 makes them.
    static readonly ZLibCompressionOptions Level = new() { CompressionLevel = 6 };

    readonly TrailOptions _options;
    readonly string _out;
    readonly ServiceTemplates _templates = new();
    readonly Account[] _accounts;
    readonly Lock _lock = new();
    readonly TruthSums _sums = new();
    long _files;
    long _jsonBytes;
    long _gzipBytes;

    TrailFiles(TrailOptions options, string @out)
    {
        (_options, _out) = (options, @out);
        _accounts = [.. Enumerable.Range(0, options.Accounts).Select(number => new Account(options.Seed, number))];
    }

    /// <summary>Makes a trail, unless it is there already.</summary>
    public static Truth Make(TrailOptions options, string @out)
    {
        if (Truth.Find(@out) is { } made && made.Parameters == options.Parameters)
            return made;
        if (Directory.Exists(@out) && Directory.EnumerateFileSystemEntries(@out).Any())
            throw new BenchException($"{@out}: expected an empty folder or the trail of \"{options.Parameters}\", found another or an unfinished one. Remove it, or name another folder.");

        Directory.CreateDirectory(@out);
        var files = new TrailFiles(options, @out);
        if (options.IsOneFile)
            files.MakeOne();
        else
            files.MakeAll();
        var truth = files._sums.ToTruth(options.Parameters, files._files, files._jsonBytes, files._gzipBytes);
        truth.Save(@out);
        return truth;
    }

    void MakeAll() => Parallel.ForEach(
        Deliveries.Of(_options), new ParallelOptions { MaxDegreeOfParallelism = _options.Threads },
        () => new RecordWriter(),
        (delivery, _, writer) =>
        {
            Deliver(delivery, writer);
            return writer;
        },
        Add);

    void Deliver(Delivery delivery, RecordWriter writer)
    {
        var account = _accounts[delivery.Account];
        var folder = Path.Combine(_out, "AWSLogs", account.Id, "CloudTrail", delivery.Region, $"{delivery.Time:yyyy'/'MM'/'dd}");
        Directory.CreateDirectory(folder);
        var dice = DiceOf(delivery);
        foreach (var count in delivery.Records)
        {
            var file = new MemoryStream();
            writer.Begin(account, delivery.Region, dice);
            writer.Write("""{"Records":["""u8);
            WriteRecords(delivery, count, dice, writer);
            writer.Write("]}"u8);
            using (var gzip = new GZipStream(file, Level, leaveOpen: true))
                gzip.Write(writer.Written);

            var name = $"{account.Id}_CloudTrail_{delivery.Region}_{delivery.Time:yyyyMMdd'T'HHmm'Z'}_{dice.Text(16, Alphabet.Alphanumeric)}.json.gz";
            using var target = File.Create(Path.Combine(folder, name));
            target.Write(file.GetBuffer().AsSpan(0, (int)file.Length));
            Interlocked.Increment(ref _files);
            Interlocked.Add(ref _jsonBytes, writer.Written.Length);
            Interlocked.Add(ref _gzipBytes, file.Length);
        }
    }

    void MakeOne()
    {
        var path = Path.Combine(_out, "records.json.gz");
        var writer = new RecordWriter();
        var opening = """{"Records":["""u8;
        using (var gzip = new GZipStream(File.Create(path), Level))
        {
            foreach (var delivery in Deliveries.Of(_options))
            {
                var dice = DiceOf(delivery);
                writer.Begin(_accounts[delivery.Account], delivery.Region, dice);
                writer.Write(opening);
                WriteRecords(delivery, delivery.Records.Sum(), dice, writer);
                gzip.Write(writer.Written);
                _jsonBytes += writer.Written.Length;
                opening = ","u8;
            }
            gzip.Write("]}"u8);
        }
        _jsonBytes += 2;
        _files = 1;
        _gzipBytes = new FileInfo(path).Length;
        Add(writer);
    }

    // Few callers are active in a file, and calls come in runs: an SDK that pages, a loop over things. An event arrives one to fifteen minutes late, and not in order.
    void WriteRecords(Delivery delivery, int count, Dice dice, RecordWriter writer)
    {
        var principals = _accounts[delivery.Account].Principals;
        int[] active = [.. Enumerable.Range(0, Math.Clamp((int)Math.Sqrt(count), 3, 40)).Select(_ => principals.Draw(dice))];
        var isHome = delivery.Region == TrailOptions.AllRegions[0];
        var (call, caller) = (0, 0);
        for (var record = 0; record < count; record++)
        {
            if (record == 0 || dice.Hits(0.2))
            {
                call = _templates.Draw(dice, isHome);
                caller = active[(call * 7919 + dice.Tail(1.5, 1000)) % active.Length]; // a role keeps to its calls
            }
            var time = delivery.Time.AddSeconds(-Math.Floor(Math.Min(900, 60 + dice.LogNormal(5.2, 0.5))));
            if (record > 0)
                writer.Write(","u8);
            writer.Write(_templates.All[call], principals.SessionOf(caller, (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerHour), time);
        }
    }

    Dice DiceOf(Delivery delivery) => Dice.Of(_options.Seed, _accounts[delivery.Account].Id + delivery.Region, delivery.Time.Ticks);

    void Add(RecordWriter writer)
    {
        lock (_lock)
            _sums.Add(writer.Sums);
    }
}
