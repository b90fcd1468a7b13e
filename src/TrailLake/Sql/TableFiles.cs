using System.IO.Enumeration;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Lake;

namespace TrailLake.Sql;

/// <summary>The files of a lake's tables, in variables of a DuckDB session that the tables' views read.</summary>
/// <remarks>
/// DuckDB plans a query over files twice, when it is prepared and when it runs, and each time it lists every folder and looks at every file, on one
/// thread. With 2,175 files listed here, once and on all processors, and shown only when the query runs, a query of all of them takes a tenth less time, and
/// one of few of them a fifth less.
/// Nor is a row missing where files are merged meanwhile: one that was listed here and is gone is an error, by which the query is asked again, while
/// DuckDB's own listing passes over it.
/// </remarks>
sealed class TableFiles(string lake, LakePart? part, DuckDbConnection duck)
{
    static readonly EnumerationOptions InPartitions = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2, AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>What stands in a variable while a query is prepared: a file that is there and is no Parquet. A plan over it that DuckDB did not make anew would
    /// fail when it runs, rather than find no rows.</summary>
    static readonly string[] Nothing = [Environment.ProcessPath ?? AppContext.BaseDirectory];

    /// <summary>What a table's view reads: <c>read_parquet(FILES)</c>.</summary>
    public static string Variable(LakeTable table) => $"getvariable('{NameOf(table)}')";

    /// <summary>Hides a table's files, which <see cref="Show"/> shows: to prepare a query then takes no time for them.</summary>
    public void Hide(LakeTable table) => Set(table, Nothing);

    /// <summary>Lists a table's files for the query that is about to run.</summary>
    /// <exception cref="CatalogException">A folder may not be read.</exception>
    // Of a part without files one stands for all, for DuckDB takes no empty list; its rows are left out by the view's condition.
    public void Show(LakeTable table) => Set(table, List(table) is { Length: > 0 } files ? files : [.. OneByOne(lake, table).Take(1)]);

    /// <summary>A number that is another one where another file is listed, or one of them was replaced.</summary>
    public int StateOf(IEnumerable<LakeTable> tables)
    {
        var state = new HashCode();
        foreach (var file in tables.SelectMany(List))
        {
            state.Add(file, StringComparer.Ordinal);
            state.Add(File.GetLastWriteTimeUtc(file));
        }
        return state.ToHashCode();
    }

    /// <summary>True where a table has a file.</summary>
    public static bool Exist(string lake, LakeTable table) => OneByOne(lake, table).Any();

    string[] List(LakeTable table)
    {
        var services = Folders(FolderOf(lake, table)).Where(folder => part?.TakesService(PartitionPlace.ValueOf(Path.GetFileName(folder))) ?? true).ToArray();
        Array.Sort(services, StringComparer.Ordinal);
        var files = new List<string>[services.Length];
        WaitingThreads.Run(Environment.ProcessorCount, services.Length, i =>
        {
            files[i] = FilesOf(lake, services[i], part);
            files[i].Sort(StringComparer.Ordinal);
        }, CancellationToken.None);
        return [.. files.SelectMany(list => list)];
    }

    static IEnumerable<string> OneByOne(string lake, LakeTable table) => Folders(FolderOf(lake, table)).SelectMany(service => FilesOf(lake, service, null));

    void Set(LakeTable table, string[] files) =>
        duck.Execute($"set variable {NameOf(table)} = string_split($1, chr(0))", string.Join('\0', files.Select(DuckDbView.GlobEscape)));

    static string NameOf(LakeTable table) => $"traillake_{DuckDbView.NameOf(table)}";

    static string FolderOf(string lake, LakeTable table) => Path.Join(lake, DuckDbView.NameOf(table));

    static string[] Folders(string table)
    {
        try
        {
            return Directory.GetDirectories(table, "service=*");
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(table, error);
        }
    }

    static List<string> FilesOf(string lake, string service, LakePart? part)
    {
        var found = new List<string>();
        try
        {
            using var files = new Files(service, part);
            while (files.MoveNext())
            {
                if (PartitionPlace.TryParse(files.Current[lake.Length..].Replace(Path.DirectorySeparatorChar, '/').TrimStart('/'), out _, out _))
                    found.Add(files.Current);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // removed since it was listed
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(service, error);
        }
        return found;
    }

    static CatalogException Unreadable(string folder, Exception error) => new($"{folder}: expected a folder of the lake that may be read with all that is in it, found: {error.Message}");

    sealed class Files(string service, LakePart? part) : FileSystemEnumerator<string>(service, InPartitions)
    {
        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) => !entry.IsDirectory && LakeFile.IsParquet(entry.FileName);

        protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry) =>
            entry.FileName.StartsWith("event_date=") ? part?.TakesDay(entry.FileName["event_date=".Length..]) ?? true : entry.FileName.StartsWith("region=");

        protected override string TransformEntry(ref FileSystemEntry entry) => entry.ToFullPath();
    }
}
