using System.CommandLine;
using TrailLake.Storage;
using TrailLake.Storage.S3;

namespace TrailLake.Cli;

/// <summary>The options for places on S3, with the names that the AWS CLI has for them.</summary>
static class S3Settings
{
    const int MaxDownloads = 1024;

    static readonly Option<string?> Profile = new("--profile") { Description = "A profile of the AWS CLI's files.", HelpName = "NAME" };
    static readonly Option<string?> RoleArn = new("--role-arn") { Description = "A role to assume for LAKE on S3; for ingest, for SOURCE.", HelpName = "ARN" };
    static readonly Option<string?> LakeRoleArn = new("--lake-role-arn") { Description = "A role to assume for LAKE on S3.", HelpName = "ARN" };
    static readonly Option<string?> EndpointUrl = new("--endpoint-url") { Description = "Another S3 server than AWS's; it is spoken to in path style.", HelpName = "URL" };
    static readonly Option<string?> Encryption = new("--sse") { Description = "How S3 encrypts what is written: AES256, aws:kms or aws:kms:dsse; else as the bucket does.", HelpName = "METHOD" };
    static readonly Option<string?> KmsKeyId = new("--sse-kms-key-id") { Description = "The key of --sse aws:kms; else the account's own.", HelpName = "ID" };
    static readonly Option<string?> Owner = new("--expected-bucket-owner") { Description = "The account that LAKE's bucket must belong to; for ingest, SOURCE's.", HelpName = "ACCOUNT" };
    static readonly Option<string?> LakeOwner = new("--lake-expected-bucket-owner") { Description = "The account that LAKE's bucket must belong to.", HelpName = "ACCOUNT" };
    static readonly Option<string?> RequestPayer = new("--request-payer") { Description = "requester: requests to LAKE's bucket are paid by who makes them; for ingest, to SOURCE's.", HelpName = "PAYER" };
    static readonly Option<string?> LakeRequestPayer = new("--lake-request-payer") { Description = "requester: requests to LAKE's bucket are paid by who makes them.", HelpName = "PAYER" };
    static readonly Option<int?> Downloads = new("--downloads") { Description = "Requests to S3 under way at once; by default 32 for each processor, up to 128.", HelpName = "N" };

    static Option[] Always => [Profile, RoleArn, EndpointUrl, Owner, RequestPayer, Downloads];

    /// <summary>Adds the options of a verb that reads a lake.</summary>
    public static void AddToReader(Command command) => Add(command, Always);

    /// <summary>Adds those of ingest, whose two places may need a role and an owner each.</summary>
    public static void AddToIngest(Command command) => Add(command, [.. Always, LakeRoleArn, LakeOwner, LakeRequestPayer, Encryption, KmsKeyId]);

    /// <summary>Adds the options of a verb that writes to a lake, and reads nothing else.</summary>
    public static void AddToWriter(Command command) => Add(command, [.. Always, Encryption, KmsKeyId]);

    /// <summary>Adds what a verb that reads a lake, and writes a note or a view into it, needs besides.</summary>
    public static void AddEncryption(Command command) => Add(command, [Encryption, KmsKeyId]);

    /// <summary>How SOURCE is reached.</summary>
    public static S3Options OfSource(ParseResult line, CancellationToken cancel) => Read(line, cancel) with
    {
        RoleArn = line.GetValue(RoleArn),
        ExpectedBucketOwner = line.GetValue(Owner),
        IsRequesterPays = IsRequester(line, RequestPayer),
    };

    /// <summary>How LAKE is reached by ingest.</summary>
    public static S3Options OfIngestLake(ParseResult line, CancellationToken cancel) =>
        Encrypted(line, Read(line, cancel) with { RoleArn = line.GetValue(LakeRoleArn), ExpectedBucketOwner = line.GetValue(LakeOwner), IsRequesterPays = IsRequester(line, LakeRequestPayer) });

    /// <summary>How LAKE is reached by a verb that writes to it, and reads nothing else.</summary>
    public static S3Options OfWriter(ParseResult line, CancellationToken cancel) => Encrypted(line, OfSource(line, cancel));

    /// <summary>How LAKE is reached by a verb that reads it.</summary>
    public static S3Options OfLake(ParseResult line, CancellationToken cancel = default) => OfSource(line, cancel);

    static S3Options Encrypted(ParseResult line, S3Options options)
    {
        var (method, key) = (line.GetValue(Encryption), line.GetValue(KmsKeyId));
        if (method is not (null or "AES256" or "aws:kms" or "aws:kms:dsse"))
            throw new UsageException($"--sse: expected AES256, aws:kms or aws:kms:dsse, found {method}.");
        if (key is not null && method?.StartsWith("aws:kms", StringComparison.Ordinal) != true)
            throw new UsageException("--sse-kms-key-id: expected --sse aws:kms beside it, found none.");
        return options with { Encryption = method, KmsKeyId = key };
    }

    static void Add(Command command, Option[] options)
    {
        foreach (var option in options)
            command.Options.Add(option);
    }

    static S3Options Read(ParseResult line, CancellationToken cancel) => new()
    {
        Profile = line.GetValue(Profile),
        EndpointUrl = line.GetValue(EndpointUrl),
        Downloads = line.GetValue(Downloads) switch
        {
            null => S3Options.UsualDownloads,
            >= 1 and <= MaxDownloads and var count => (int)count,
            var count => throw new UsageException($"--downloads: expected a number from 1 to {MaxDownloads}, found {count}."),
        },
        Cancel = cancel,
    };

    static bool IsRequester(ParseResult line, Option<string?> payer) => line.GetValue(payer) switch
    {
        null => false,
        "requester" => true,
        var other => throw new UsageException($"{payer.Name}: expected requester, found {other}."),
    };
}
