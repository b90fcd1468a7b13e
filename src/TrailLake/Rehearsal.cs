using System.IO.Compression;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>The whole job over one small log in memory, on a thread of its own while the command line is read and the source is listed.</summary>
/// <remarks>
/// The runtime compiles a method when it is first called: some 800 of them, 0.2 s of a processor that would idle until there is
/// something to read (2.66 s for a million events without, 2.36 s with it). Nothing depends on it; a run whose rehearsal is late or
/// fails compiles what it needs itself.
/// </remarks>
static class Rehearsal
{
    /// <summary>Begins, and returns at once.</summary>
    public static void Begin() => new Thread(() =>
    {
        try
        {
            Run();
        }
        catch (Exception) // the run itself will meet what is wrong, and say so
        {
        }
    }) { IsBackground = true }.Start();

    /// <summary>Runs the job over the log; what it writes is forgotten.</summary>
    internal static RunReport Run() =>
        Ingest.Run(new OneLog(Log), new OneLog(null), new IngestOptions { Threads = 1, MemoryBytes = 64L << 20 }, out _);

    // As ordinary as can be, so that it goes the ways that most records go; the second one has what is rarer.
    const string Log = """
        {"Records":[{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:s","arn":"arn:aws:sts::111122223333:assumed-role/r/s","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE",
        "sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::111122223333:role/r","accountId":"111122223333","userName":"r"},"webIdFederationData":{},
        "attributes":{"creationDate":"2024-01-01T00:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2024-01-01T00:00:01Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1",
        "sourceIPAddress":"192.0.2.1","userAgent":"[a \"b\"]","requestParameters":{"bucketName":"b","key":"k"},"responseElements":null,"additionalEventData":{"bytes":1.0},"requestID":"R1",
        "eventID":"00000000-0000-4000-8000-000000000001","readOnly":true,"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k"},{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"}],
        "eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"c","clientProvidedHostHeader":"h"}},
        {"eventVersion":"1.05","userIdentity":{"type":"AWSService","invokedBy":"ec2.amazonaws.com"},"eventTime":"2024-01-01T00:00:00Z","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","awsRegion":"us-east-1",
        "sourceIPAddress":"ec2.amazonaws.com","userAgent":"ec2.amazonaws.com","errorCode":"AccessDenied","errorMessage":"no\u0020way","requestParameters":{"roleArn":"r"},"responseElements":{"a":[1,{"b":"\u00e9"}]},
        "requestID":"00000000-0000-4000-8000-000000000003","eventID":"00000000-0000-4000-8000-000000000002","eventType":"AwsApiCall","recipientAccountId":"111122223333","unknownField":{"a":1}}]}
        """;

    /// <summary>A store with one object or none, whose writes go nowhere.</summary>
    sealed class OneLog(string? log) : ObjectStore
    {
        readonly byte[] _stored = log is null ? [] : Gzip(log);
        readonly HashSet<string> _created = []; // the run's lock

        public override string Root => "memory";
        public override string Place => Root;
        public override string Locate(string key) => key;
        public override IEnumerable<StoredObject> List(string prefix = "", Action<ListProblem>? report = null) =>
            log is null ? [] : [new StoredObject("a.json.gz", _stored.Length, "", DateTime.UnixEpoch)];
        public override IEnumerable<FolderItem> ListFolder(string folder, Action<ListProblem>? report = null) =>
            folder.Length > 0 ? [] : List().Select(item => new FolderItem(item.Key, item));
        public override Stream OpenRead(string key) => new MemoryStream(_stored);
        public override void ReadAt(string key, long offset, Span<byte> target) => throw new NotSupportedException();
        public override bool Exists(string key) => _created.Contains(key);
        public override ObjectWrite BeginWrite(string key) => new Nowhere();
        public override bool TryCreate(string key, ReadOnlySpan<byte> content) => _created.Add(key);
        public override void Delete(string key) { }
        public override StoreRun BeginRun(string folder, string name, Action<string> forget) => new NoRun();
        public override bool Overlaps(ObjectStore other) => false;

        static byte[] Gzip(string text)
        {
            using var stored = new MemoryStream();
            using (var gzip = new GZipStream(stored, CompressionLevel.Fastest))
                gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
            return stored.ToArray();
        }
    }

    sealed class Nowhere : ObjectWrite
    {
        public override void Append(ReadOnlySpan<byte> content) { }
        public override void ReadBack(long offset, Span<byte> target) { }
        public override void Commit() { }
        public override void Abort() { }
    }

    sealed class NoRun : StoreRun
    {
        public override void Complete() { }
        protected override void Dispose(bool disposing) { }
    }
}
