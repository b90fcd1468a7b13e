using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary>The folder in which DuckDB finds a lake: its own, or, of a lake on S3, a copy of the part that is asked for.</summary>
/// <remarks>DuckDB reads S3 by an extension that it downloads, which this program cannot bring. The copy stays in the user's cache folder,
/// and the next time only what has changed is fetched.</remarks>
static class LakeFolder
{
    static readonly Option<long?> FetchLimit = ByteSize.Option("--fetch-limit", "Of a lake on S3, what may be fetched for this into the cache folder; 2GiB by default.", least: 1L << 20);

    const long UsualLimit = 2L << 30;

    /// <summary>Adds the options of a verb that reads a lake.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(FetchLimit);
        ProgressLine.AddTo(command);
        S3Settings.AddToReader(command);
    }

    /// <summary>The folder; what is missing in it has been fetched.</summary>
    /// <param name="part">The part of the lake that is needed.</param>
    /// <param name="isQuiet">Say nothing of fetching it.</param>
    /// <exception cref="LakeException">It is more than may be fetched.</exception>
    /// <exception cref="CatalogException">The place on S3 holds no lake.</exception>
    public static string Of(string lake, ParseResult line, PullRequest part, bool isQuiet = false)
    {
        var uri = StoreUri.Parse(lake);
        if (!uri.IsS3)
            return uri.Text;
        var work = new WorkProgress();
        using var progress = ProgressLine.Start(line, isQuiet, work);
        using var interrupt = new Interrupt(progress.Say);
        var store = uri.OpenExisting(S3Settings.OfLake(line, interrupt.Token));
        LakePlace.RequireLake(store, lake);
        var folder = Path.Join(UserFolder.Cache, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(store.Place)))[..16]);
        Pull.Run(store, folder, part with
        {
            Limit = (line.GetValue(FetchLimit) ?? UsualLimit, $"Ask for less, raise --fetch-limit, copy a part once with `traillake pull {lake} DIR --since DAY --service NAME` and name DIR, or ask Athena: traillake athena query {lake}."),
            Progress = work, Cancel = interrupt.Token,
        });
        return folder;
    }
}
