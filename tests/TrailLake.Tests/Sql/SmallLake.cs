using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Tests.Sql;

/// <summary>A lake of a few rows in a temporary folder, its files written by DuckDB.</summary>
sealed class SmallLake : IDisposable
{
    readonly TempFolder _folder = new();

    /// <param name="name">The lake's folder.</param>
    public SmallLake(string name = "lake")
    {
        Root = _folder[name];
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    /// <summary>Twelve events: two services, two days, three regions, one an hour; each partition is one file.</summary>
    public static SmallLake OfTwelveEvents()
    {
        var lake = new SmallLake();
        lake.AddEvents("""
            select 'id-' || i as event_id, timestamp '2024-01-31 18:00:00' + to_hours(i) as event_time, 'Call' || i % 4 as event_name, 'arn:aws:iam::111122223333:user/' || i % 3 as user_arn,
                i % 4 = 0 as is_error, case when i % 4 = 0 then 'AccessDenied' end as error_code,
                case when i % 2 = 0 then 's3' else 'iam' end as service,
                strftime(timestamp '2024-01-31 18:00:00' + to_hours(i), '%Y-%m-%d') as event_date, 'region-' || i % 3 as region
            from range(12) t(i)
            """);
        return lake;
    }

    /// <summary>Adds the rows of a query, which has the partition columns too.</summary>
    public void AddEvents(string select)
    {
        using var duck = DuckDbConnection.OpenInMemory();
        duck.Execute($"copy ({select}) to {DuckDbSql.Text(Path.Combine(Root, "events"))} (format parquet, partition_by (service, event_date, region), overwrite_or_ignore, filename_pattern 'part-{{uuid}}')");
    }

    public string PathOf(params string[] names) => Path.Combine([Root, .. names]);

    /// <summary>Writes a file below the lake, with its folders.</summary>
    public void Write(string text, params string[] names)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(names))!);
        File.WriteAllText(PathOf(names), text);
    }

    public object?[][] Rows(string sql)
    {
        using var catalog = LakeCatalog.Open(Root);
        using var result = catalog.Query(sql);
        return [.. result.Rows()];
    }

    public object? Scalar(string sql) => Rows(sql)[0][0];

    public void Dispose() => _folder.Dispose();
}
