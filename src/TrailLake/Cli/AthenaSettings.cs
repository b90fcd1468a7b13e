using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using TrailLake.Athena;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary>Where a lake is on Athena, as the command line says it, or as the last deployment did.</summary>
/// <param name="Database">The database.</param>
/// <param name="Workgroup">The workgroup.</param>
/// <param name="Output">Where answers go.</param>
/// <param name="Location">The lake's place on S3, where it is worked on from a copy here.</param>
/// <param name="Region">Athena's region.</param>
sealed partial record AthenaSettings(string? Database = null, string? Workgroup = null, string? Output = null, string? Location = null, string? Region = null)
{
    /// <summary>The file in the lake that remembers them.</summary>
    public const string Key = LakeFolders.Notes + "/athena.json";

    const string UsualDatabase = "traillake", UsualWorkgroup = "primary";

    static readonly Option<string?> DatabaseOption = new("--database") { Description = $"The database on Athena; else the one deployed to last, or {UsualDatabase}.", HelpName = "NAME" };
    static readonly Option<string?> WorkgroupOption = new("--workgroup") { Description = $"The workgroup; else the one used last, or {UsualWorkgroup}.", HelpName = "NAME" };
    static readonly Option<string?> OutputOption = new("--output") { Description = "Where Athena writes its answers, s3://bucket/prefix/; else as used last, or as the workgroup says.", HelpName = "S3URI" };
    static readonly Option<string?> LocationOption = new("--location") { Description = "Where the lake is on S3, when LAKE is a copy of it on this disk.", HelpName = "S3URI" };
    static readonly Option<string?> RegionOption = new("--region") { Description = "Athena's region; else as for the AWS CLI.", HelpName = "REGION" };

    /// <summary>Adds the options to a verb of <c>athena</c>.</summary>
    public static void AddTo(Command command, bool hasOutput = true)
    {
        foreach (var option in hasOutput ? [DatabaseOption, WorkgroupOption, OutputOption, LocationOption, RegionOption] : (Option[])[DatabaseOption, LocationOption])
            command.Options.Add(option);
        S3Settings.AddToReader(command);
    }

    /// <summary>What the command line says.</summary>
    public static AthenaSettings Of(ParseResult line) =>
        new(line.GetValue(DatabaseOption), line.GetValue(WorkgroupOption), line.GetValue(OutputOption), line.GetValue(LocationOption), line.GetValue(RegionOption));

    /// <summary>These, and for what they do not say what the lake remembers.</summary>
    public AthenaSettings OrRemembered(ObjectStore lake)
    {
        if (!lake.Exists(Key))
            return this;
        AthenaSettings? last;
        try
        {
            last = JsonSerializer.Deserialize(lake.Read(Key), AthenaSettingsJson.Default.AthenaSettings);
        }
        catch (JsonException e)
        {
            throw new StoreException($"{lake.Locate(Key)}: expected the settings of the last deployment in JSON, found none: {e.Message} Remove the file and deploy again.", e);
        }

        return last is null ? this : new(Database ?? last.Database, Workgroup ?? last.Workgroup, Output ?? last.Output, Location ?? last.Location, Region ?? last.Region);
    }

    /// <summary>Lets the lake remember them, where it does not.</summary>
    public void Remember(ObjectStore lake)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this with { Database = DatabaseName, Workgroup = Workgroup ?? UsualWorkgroup }, AthenaSettingsJson.Default.AthenaSettings);
        if (!lake.Exists(Key) || !lake.Read(Key).AsSpan().SequenceEqual(json))
            lake.Write(Key, json);
    }

    /// <summary>The database's name; Athena takes small letters, digits and underscores.</summary>
    public string DatabaseName => DatabasePattern().IsMatch(Database ?? UsualDatabase) ? Database ?? UsualDatabase
        : throw new UsageException($"--database: expected a name of small letters, digits and _, found {Database}.");

    /// <summary>The lake's place on S3.</summary>
    /// <param name="lake">LAKE, as it was given.</param>
    /// <param name="otherwise">What stands for it where nobody said it; null where it is needed.</param>
    public string LocationOf(StoreUri lake, string? otherwise = null)
    {
        var location = lake.IsS3 ? "s3" + lake.Text[2..] : Location ?? otherwise
            ?? throw new UsageException($"athena: expected a lake on S3, found {lake.Text}. Copy it there (`aws s3 sync {lake.Text} s3://bucket/prefix`) and say where it is with --location s3://bucket/prefix.");
        return S3Pattern().IsMatch(location) ? location.TrimEnd('/') : throw new UsageException($"{(lake.IsS3 ? "LAKE" : "--location")}: expected s3://bucket/prefix, found {location}. A bucket's name has at least 3 letters, digits, dots or dashes; what follows it can stand in Athena's statements without ' and \\.");
    }

    /// <summary>Opens Athena.</summary>
    /// <param name="line">For --profile.</param>
    public AthenaQueries Connect(ParseResult line)
    {
        var output = Output is null || S3Pattern().IsMatch(Output) ? Output : throw new UsageException($"--output: expected s3://bucket/prefix/, found {Output}.");
        var profile = S3Settings.OfLake(line).Profile;
        var region = AwsIdentity.RegionOf(profile, Region)
            ?? throw new UsageException("athena: expected a region, found none: AWS_REGION is not set, and the profile has none. Name Athena's with --region, such as eu-west-1.");
        var config = new AthenaClientConfig(region, profile);
        return new(new AthenaClient(AwsIdentity.CredentialsOf(profile, roleArn: null, config), config), new(DatabaseName, Workgroup ?? UsualWorkgroup, output));
    }

    [GeneratedRegex("^[a-z0-9_]{1,255}$")]
    private static partial Regex DatabasePattern();

    [GeneratedRegex(@"^s3://[A-Za-z0-9][A-Za-z0-9._-]{2,}(/[^'\\\p{Cc}]*)?$")]
    private static partial Regex S3Pattern();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(AthenaSettings))]
[JsonSerializable(typeof(AthenaReport))]
sealed partial class AthenaSettingsJson : JsonSerializerContext;
