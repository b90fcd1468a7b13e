using System.Text.Json;
using TrailLake.DuckDb;

namespace TrailLake.Sql;

/// <summary>Which of a lake's files a query would read, as DuckDB itself plans it, without reading one.</summary>
/// <remarks>
/// DuckDB leaves files out by their paths and says in its plan by which conditions, and how many are left:
/// <code>
///   "File Filters": "(url_decode(regexp_extract(filename, …, 1)) = 's3')(… &gt;= '2024-11-05')",  "Scanning Files": "2/1359"
/// </code>
/// Those conditions are evaluated over the files' names. Only where that gives as many files as DuckDB counts is it believed.
/// </remarks>
static class ScannedFiles
{
    /// <summary>The tables whose files a query may read: those that it, or a view that it names, mentions.</summary>
    /// <param name="lake">A lake's folder, for the views in it.</param>
    public static IReadOnlySet<string> TablesIn(string lake, string sql, IReadOnlyList<string> tables)
    {
        var definitions = SqlLibrary.Macros.Concat(SqlLibrary.Views).Concat(LakeViews.Of(lake)).ToLookup(definition => definition.Name, StringComparer.OrdinalIgnoreCase);
        var reached = SqlText.Reached(SqlText.Words(sql), word => definitions[word].SelectMany(definition => SqlText.Words(definition.Text)));
        if (reached.Overlaps(["query", "query_table"])) // these take names as text, which may be put together
            return tables.ToHashSet();
        return tables.Where(reached.Contains).ToHashSet();
    }

    /// <summary>The files that a query would read; null where DuckDB does not tell.</summary>
    /// <param name="lake">The lake, with an empty file in place of each of its files.</param>
    /// <param name="tables">Each table's files, by their paths there.</param>
    public static HashSet<string>? Of(LakeCatalog lake, string sql, IReadOnlyDictionary<string, string[]> tables)
    {
        if (SqlText.Statements(sql) is not [var statement])
            return null;
        try
        {
            using var plan = JsonDocument.Parse(Plan(lake, statement));
            var scans = Scans(plan.RootElement).ToList();
            var chosen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var scan in scans)
            {
                if (FilesOf(lake, scan, tables) is not { } files)
                    return null;
                chosen.UnionWith(files);
            }
            return scans.Count > 0 ? chosen : null;
        }
        catch (Exception failure) when (failure is DuckDbException or JsonException)
        {
            return null; // the query itself will say what is wrong with it
        }
    }

    static string Plan(LakeCatalog lake, string statement)
    {
        using var plan = lake.Query($"explain (format json) {statement}");
        return plan.Rows().Select(row => (string)row[1]!).First();
    }

    static IEnumerable<JsonElement> Scans(JsonElement node)
    {
        if (node.ValueKind == JsonValueKind.Array)
            return node.EnumerateArray().SelectMany(Scans);
        var inner = node.TryGetProperty("children", out var children) ? Scans(children) : [];
        return node.TryGetProperty("name", out var name) && name.GetString()!.Trim() is "READ_PARQUET" or "PARQUET_SCAN" ? inner.Append(node.GetProperty("extra_info")) : inner;
    }

    static string[]? FilesOf(LakeCatalog lake, JsonElement scan, IReadOnlyDictionary<string, string[]> tables)
    {
        if (!scan.TryGetProperty("File Filters", out var filters) || !scan.TryGetProperty("Scanning Files", out var counts) || counts.GetString()!.Split('/') is not [var left, var all])
            return null;
        var condition = filters.GetString()!.Replace(")(", ") and (", StringComparison.Ordinal);
        // The plan does not name the table: where the counts are true of two, it may be either.
        return tables.Values.Where(files => $"{files.Length}" == all).Select(files => Chosen(lake, condition, files)).Where(chosen => $"{chosen.Length}" == left).ToList() is [var only] ? only : null;
    }

    static string[] Chosen(LakeCatalog lake, string condition, string[] files)
    {
        using var result = lake.Query($"select filename from (select unnest([{string.Join(',', files.Select(DuckDbSql.Text))}]) as filename) where {condition}");
        return [.. result.Rows().Select(row => (string)row[0]!)];
    }
}
