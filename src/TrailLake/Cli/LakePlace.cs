using System.Text.RegularExpressions;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;
using TrailLake.Storage.S3;

namespace TrailLake.Cli;

/// <summary>A lake that is there already, as the verbs need it that look after one.</summary>
static partial class LakePlace
{
    /// <summary>Opens it.</summary>
    /// <exception cref="CatalogException">There is no such folder.</exception>
    public static ObjectStore Open(string lake, S3Options s3)
    {
        var place = StoreUri.Parse(lake);
        if (!place.IsS3)
            LakeCatalog.RequireFolder(place.Text);
        return place.OpenLake(s3);
    }

    /// <summary>Opens it, and throws where no run has written there: of another folder everything would seem in order.</summary>
    /// <exception cref="CatalogException">There is no lake.</exception>
    public static ObjectStore OpenLake(string lake, S3Options s3)
    {
        var store = Open(lake, s3);
        return store.ListFolder("").Any(item => item.Key.StartsWith(LakeFolders.Notes + "/", StringComparison.Ordinal)) ? store : throw NoLake(store.Root, lake);
    }

    /// <summary>Throws where SQL stands in its place: a lake of that name would be looked for, and said to be made by <c>ingest</c>.</summary>
    /// <param name="sql">What stands in the place of the SQL.</param>
    /// <exception cref="UsageException">It does.</exception>
    public static void RequireNoSql(string verb, string lake, string? sql)
    {
        if (BeginOfSql().IsMatch(lake) && !Path.Exists(lake))
            throw new UsageException($"{verb}: expected LAKE, found SQL: {lake.Trim()}. Write `traillake {verb} {sql ?? "LAKE"} SQL`: the lake first, then the SQL in quotes.");
    }

    /// <summary>True where a folder, the lake's own or that of a copy, has notes of runs, or rows.</summary>
    public static bool IsLake(string folder) => LakeFolders.All.Any(inner => Directory.Exists(Path.Join(folder, inner)));

    /// <summary>Throws where there is neither: of another folder there is nothing to tell.</summary>
    /// <exception cref="CatalogException">There is no lake.</exception>
    public static void RequireLake(string folder, string lake)
    {
        LakeCatalog.RequireFolder(folder);
        if (!IsLake(folder))
            throw NoLake(folder, lake);
    }

    /// <summary>The same of a place on S3, before any of it is copied: a copy has notes of its own.</summary>
    /// <exception cref="CatalogException">There is no lake.</exception>
    public static void RequireLake(ObjectStore store, string lake)
    {
        if (!store.ListFolder("").Any(item => LakeFolders.All.Any(inner => item.Key == inner + "/")))
            throw NoLake(store.Root, lake);
    }

    static CatalogException NoLake(string place, string lake) =>
        new($"{place}: expected a lake, found no {LakeFolders.Notes}/ in it, which every run leaves. Check the path; `traillake ingest SOURCE {lake}` makes a lake.");

    [GeneratedRegex(@"^[\s(]*(select|with|from|values|show|describe|summarize|explain)\s", RegexOptions.IgnoreCase)]
    private static partial Regex BeginOfSql();
}
