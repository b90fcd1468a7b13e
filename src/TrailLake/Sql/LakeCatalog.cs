using TrailLake.CloudTrail;
using TrailLake.DuckDb;

namespace TrailLake.Sql;

/// <summary>A lake as a database: DuckDB with Athena's words, the lake's tables, and the views of <c>sql/views</c>.</summary>
/// <remarks>What a query does not mention is not defined: to define all macros and views takes longer than most queries on a small lake.
/// Where that guess fails, all is defined and the query is tried again, so it costs time and never an answer.
/// DuckDB keeps no footers (<c>parquet_metadata_cache</c>): they take 80 KB of memory a file, and <c>status</c> of ten days in 21,750 files 1.8 GB and 6.0 s
/// instead of 0.17 GB and 5.2 s. Only a query that is asked again in the same session would be the faster for them, by a seventh.</remarks>
/// <example><code>
/// using var catalog = LakeCatalog.Open("lake");
/// using var result = catalog.Query("select service, count(*) from events group by 1");
/// </code></example>
public sealed class LakeCatalog : IDisposable
{
    // What lists the catalog, or looks at something in it by a name that is not written out.
    static readonly string[] Listing = ["show", "tables", "describe", "summarize", "pragma", "information_schema", "query", "query_table"];

    readonly string _lake;
    readonly DuckDbConnection _duck;
    readonly LazyDefinitions _definitions;
    readonly TableFiles _files;
    readonly HashSet<LakeTable> _tables = []; // those defined that have files
    bool _mayHideTables; // a statement may read a table and not name it, as through a view that was made
    readonly ManualResetEventSlim _interrupted = new();

    LakeCatalog(string lake, LakePart? part, DuckDbConnection duck)
    {
        (_lake, _duck, _files) = (lake, duck, new TableFiles(lake, part, duck));
        _definitions = new([.. LakeViews.Of(lake), .. SqlLibrary.Macros, .. LakeTables.Of(lake, part), .. SqlLibrary.Views], Create); // of two with one name, the lake's own gives way
    }

    /// <summary>Opens a lake.</summary>
    /// <param name="lake">Its folder; one that holds no lake yet answers with no rows.</param>
    /// <param name="settings">DuckDB's settings, such as <c>("memory_limit", "2GB")</c>.</param>
    /// <exception cref="CatalogException">There is no such folder.</exception>
    /// <exception cref="DuckDbException">There is no libduckdb, or it refuses a setting.</exception>
    public static LakeCatalog Open(string lake, params ReadOnlySpan<(string Name, string Value)> settings) => Open(lake, null, settings);

    /// <summary>Opens a part of a lake: its tables, and so its views, show no other rows.</summary>
    internal static LakeCatalog Open(string lake, LakePart? part, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        RequireFolder(lake);
        var duck = DuckDbConnection.OpenInMemory(
        [
            ("enable_external_file_cache", "false"), // a copy of what the system's page cache holds: 2,175 files took a sixth longer
            ("validate_external_file_cache", "NO_VALIDATION"), // of that cache: else each read of a file asks four times for its size and time
            ("temp_directory", Path.Combine(Path.GetTempPath(), $"traillake-{Environment.ProcessId}")), // else .tmp, wherever it was started; made when it spills
            .. settings,
        ]);
        try
        {
            foreach (var setting in SqlLibrary.Settings)
                duck.Execute(setting);
            return new(Path.GetFullPath(lake), part, duck);
        }
        catch
        {
            duck.Dispose();
            throw;
        }
    }

    /// <summary>Throws unless the lake's folder is there.</summary>
    /// <exception cref="CatalogException">It is not, or may not be read: of such a folder all would seem empty.</exception>
    public static void RequireFolder(string lake)
    {
        if (!Directory.Exists(lake))
            throw new CatalogException($"{lake}: expected a lake's folder, found {(File.Exists(lake) ? "a file" : "nothing")}. `traillake ingest SOURCE {lake}` makes a lake.");
        try
        {
            _ = Directory.EnumerateFileSystemEntries(lake).Any();
        }
        catch (UnauthorizedAccessException)
        {
            throw new CatalogException($"{lake}: expected a lake's folder that may be read, found permission denied; grant it to the user that runs this.");
        }
    }

    /// <summary>Every view, the lake's tables first, with its question and its text.</summary>
    internal static IReadOnlyList<SqlDefinition> Views(string lake)
    {
        SqlDefinition[] views = [.. LakeTables.Of(Path.GetFullPath(lake), null), .. SqlLibrary.Views];
        return [.. views, .. LakeViews.Of(lake).ExceptBy(views.Select(view => view.Name), view => view.Name)];
    }

    /// <summary>Runs SQL on the lake and gives the last statement's result, streaming.</summary>
    /// <param name="sql">One or more statements.</param>
    /// <param name="parameters">As in <see cref="DuckDbConnection.Query"/>.</param>
    /// <exception cref="DuckDbException">DuckDB's message, with the place.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted before it began.</exception>
    public DuckDbResult Query(string sql, params ReadOnlySpan<object?> parameters)
    {
        var words = SqlText.Words(sql);
        _definitions.Define(words);
        if (words.Overlaps(Listing) || words.Any(IsCatalogTable))
            _definitions.DefineAll();

        var isOne = SqlText.Statements(sql).Count == 1;
        var attempts = new QueryAttempts(_lake, () => _files.StateOf(TablesOf(words)));
        while (true)
        {
            try
            {
                var tables = TablesOf(words);
                tables.ForEach(_files.Hide);
                var result = _duck.Query(sql, () => Show(tables), parameters);
                return isOne ? Begun(result) : result;
            }
            catch (DuckDbException e) when (IsOfCatalog(e) && _definitions.BrokenOf(words) is { } broken)
            {
                throw broken;
            }
            catch (DuckDbException e) when (isOne && _definitions.HasMore && IsOfCatalog(e))
            {
                _mayHideTables = true; // what it reads is not told by its words
                _definitions.DefineAll();
            }
            catch (DuckDbException e) when (isOne && !_interrupted.IsSet && attempts.MayGoOn(e))
            {
                if (_interrupted.Wait(attempts.Pause))
                    throw;
            }
        }
    }

    /// <summary>The statements that make any DuckDB session, of Python or R say, see the lake as <see cref="Query"/> does: settings, macros, the lake's
    /// tables and views, each after what it mentions. A view of the lake that is broken is left out.</summary>
    public string SessionSql()
    {
        _definitions.DefineAll();
        return string.Concat(SqlLibrary.Settings.Concat(_definitions.Defined).Select(statement => $"{statement}\n;\n")); // a statement may end with a comment
    }

    /// <summary>Runs statements for what they do.</summary>
    internal void Execute(string sql)
    {
        using var result = Query(sql);
        result.ReadToEnd();
    }

    /// <summary>Lets a table be empty, for who will not ask it and yet mentions its name: else DuckDB would list its files.</summary>
    internal void Empty(LakeTable table)
    {
        _definitions.Remove(DuckDbView.NameOf(table));
        _duck.Execute(DuckDbView.Render(table, _lake, hasFiles: false));
    }

    /// <summary>Begins to fill a table that <see cref="Execute"/> has made.</summary>
    internal DuckDbAppender Append(string table) => _duck.Append(table);

    /// <summary>The part of the query that is done, from 0 to 1, where DuckDB can tell; from any thread.</summary>
    internal double? Progress => _duck.Progress;

    /// <summary>Lets DuckDB count that, from the next query on.</summary>
    internal void CountProgress() => _duck.CountProgress();

    /// <summary>Stops the query that runs, and lets no other begin before <see cref="Resume"/>; from any thread.</summary>
    public void Interrupt()
    {
        _interrupted.Set(); // what DuckDB is told while nothing runs, as when files are listed, it forgets
        _duck.Interrupt();
    }

    /// <summary>Lets queries begin again after <see cref="Interrupt"/>.</summary>
    public void Resume() => _interrupted.Reset();

    /// <summary>Closes the database.</summary>
    public void Dispose()
    {
        _duck.Dispose();
        _interrupted.Dispose();
    }

    // The last step before a statement runs.
    void Show(List<LakeTable> tables)
    {
        tables.ForEach(_files.Show);
        if (_interrupted.IsSet)
            throw new OperationCanceledException();
    }

    // Most queries have read all that they need before their first row is out.
    static DuckDbResult Begun(DuckDbResult result)
    {
        try
        {
            result.ReadAhead();
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    // The tables with files that a statement of these words may read.
    List<LakeTable> TablesOf(HashSet<string> words)
    {
        _mayHideTables |= words.Contains("create") && words.Overlaps(["view", "macro", "function"]);
        var reached = _definitions.Reached(words);
        return [.. _tables.Where(table => _mayHideTables || reached.Overlaps(Listing) || reached.Contains(DuckDbView.NameOf(table)))];
    }

    static bool IsOfCatalog(DuckDbException failure) => failure.Message.StartsWith("Catalog Error", StringComparison.Ordinal);

    static bool IsCatalogTable(string word) =>
        word.StartsWith("duckdb_", StringComparison.OrdinalIgnoreCase) || word.StartsWith("pg_", StringComparison.OrdinalIgnoreCase) || word.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase);

    void Create(SqlDefinition definition)
    {
        try
        {
            _duck.Execute(definition.Table is { } table ? Reading(table, definition.Text) : definition.Text);
        }
        catch (DuckDbException e) when (definition.File is not null)
        {
            throw _definitions.BrokenOf(SqlText.Words(definition.Text)) ?? new CatalogException($"{definition.File}: expected a view that this lake can answer, found: {e.Message} Mend the file, or remove it.");
        }
    }

    // The text that other sessions are given, but for where the files come from; that of a table without files is the same.
    string Reading(LakeTable table, string text)
    {
        var files = DuckDbView.FilesOf(table, _lake);
        if (!text.Contains(files, StringComparison.Ordinal))
            return text;
        _tables.Add(table);
        _files.Hide(table);
        return text.Replace(files, TableFiles.Variable(table), StringComparison.Ordinal);
    }
}
