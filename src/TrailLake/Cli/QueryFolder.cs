using System.CommandLine;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary>The folder in which DuckDB finds what one query reads of a lake: of a lake on S3, a copy of just the files that it will look into.</summary>
static class QueryFolder
{
    /// <summary>More files than that are not laid out empty to be planned over.</summary>
    const int MaxPlanned = 50_000;

    /// <param name="folder">Where <see cref="LakeFolder"/> has put what the runs wrote down; the lake itself if it is on this disk.</param>
    public static string Of(string lake, string folder, ParseResult line, string sql, LakePart part)
    {
        if (!StoreUri.Parse(lake).IsS3)
            return folder;
        var tables = ScannedFiles.TablesIn(folder, sql, LakeFolders.Tables);
        return tables.Count == 0 ? folder : LakeFolder.Of(lake, line, new PullRequest
        {
            Since = part.Since, Until = part.Until, Services = part.Services, Regions = part.Regions, Folders = [.. tables], Choose = files => Choose(files, folder, sql, part),
        });
    }

    static HashSet<string>? Choose(IReadOnlyList<string> files, string folder, string sql, LakePart part)
    {
        if (files.Count is 0 or > MaxPlanned)
            return null;
        var plan = Directory.CreateTempSubdirectory("traillake-plan-").FullName;
        try
        {
            foreach (var file in files)
            {
                var path = Path.Join(plan, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Create(path).Dispose();
            }
            if (Directory.Exists(Path.Join(folder, LakeViews.Folder)))
                Directory.CreateSymbolicLink(Path.Join(plan, LakeViews.Folder.Split('/')[0]), Path.Join(folder, LakeViews.Folder.Split('/')[0]));
            using var catalog = LakeCatalog.Open(plan, part);
            return ScannedFiles.Of(catalog, sql, files.GroupBy(file => file[..file.IndexOf('/')]).ToDictionary(table => table.Key, table => table.Select(file => Path.Join(plan, file)).ToArray()))
                ?.Select(path => path[(plan.Length + 1)..]).ToHashSet(StringComparer.Ordinal);
        }
        catch (CatalogException)
        {
            return null; // a view of the lake is broken: the query itself will say so
        }
        finally
        {
            Directory.Delete(plan, recursive: true);
        }
    }
}
