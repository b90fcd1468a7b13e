using TrailLake.CloudTrail;
using TrailLake.DuckDb;

namespace TrailLake;

/// <summary>The Parquet files of a lake's folders, and how DuckDB is told to read them.</summary>
static class LakeFiles
{
    public const string Ledger = "_traillake/ledger";

    /// <summary>A table's folder in the lake.</summary>
    public static string FolderOf(LakeTable table) => table.ToString().ToLowerInvariant();

    /// <summary>Whether a folder has any; <c>read_parquet</c> fails on one that has none.</summary>
    public static bool Any(string lake, string folder) => List(lake, folder).Any();

    public static IEnumerable<FileInfo> List(string lake, string folder, string pattern = "*.parquet") =>
        new DirectoryInfo(Path.Join(lake, folder)) is { Exists: true } found ? found.EnumerateFiles(pattern, SearchOption.AllDirectories) : [];

    /// <summary>A table function that reads a table of the lake, its partition columns as text.</summary>
    public static string Read(string lake, LakeTable table) =>
        $"read_parquet({Pattern(lake, $"{FolderOf(table)}/*/*/*/*.parquet")}, hive_partitioning = true, hive_types_autocast = false)";

    /// <summary>A table function that reads the lake's ledger.</summary>
    public static string ReadLedger(string lake) => $"read_parquet({Pattern(lake, $"{Ledger}/*.parquet")})";

    static string Pattern(string lake, string below) => DuckDbSql.Text($"{Escaped(Path.GetFullPath(lake))}/{below}");

    // A folder's own [ ] * ? are no patterns.
    static string Escaped(string path) =>
        path.Replace("[", "[[]", StringComparison.Ordinal).Replace("*", "[*]", StringComparison.Ordinal).Replace("?", "[?]", StringComparison.Ordinal);
}
