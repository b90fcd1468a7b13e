using TrailLake.Sql;

namespace TrailLake.Tests;

/// <summary>The <see cref="QuestionLake"/>, opened once for the tests of a class: a fixture.</summary>
public sealed class OpenQuestionLake(QuestionLake lake) : IDisposable
{
    readonly Lazy<LakeCatalog> _catalog = new(() => LakeCatalog.Open(lake.Location));

    /// <summary>The lake's data files, as paths.</summary>
    public string[] Files { get; } = [.. Directory.EnumerateFiles(lake.Location, "*.parquet", SearchOption.AllDirectories).Where(path => !path.Contains("/_traillake/", StringComparison.Ordinal))];

    internal object?[][] Rows(string sql)
    {
        using var result = _catalog.Value.Query(sql);
        return [.. result.Rows()];
    }

    public void Dispose()
    {
        if (_catalog.IsValueCreated)
            _catalog.Value.Dispose();
    }
}
