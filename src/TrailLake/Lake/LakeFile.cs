using TrailLake.CloudTrail;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>The lake's own Parquet files, told from what others may have put beside them.</summary>
static class LakeFile
{
    /// <summary>The Parquet files right in a folder; as for Athena, those whose names begin with <c>_</c> or <c>.</c> are not there.</summary>
    /// <param name="folder">Its key, without a slash at its end.</param>
    public static IEnumerable<StoredObject> List(ObjectStore lake, string folder) =>
        lake.List(folder + "/").Where(file => IsParquet(file.Key.AsSpan(folder.Length + 1)));

    /// <summary>A file as it is now; null where there is none.</summary>
    public static StoredObject? Find(ObjectStore lake, string key) => lake.List(key).Where(file => file.Key == key).Cast<StoredObject?>().FirstOrDefault();

    /// <summary>A table's files with their partitions, these one after the other; what stands elsewhere in its folder is none of them.</summary>
    public static IEnumerable<(PartitionPlace Place, StoredObject File)> ListTable(ObjectStore lake, LakeTable table)
    {
        foreach (var file in lake.List(PartitionPath.FolderOf(table) + "/"))
        {
            if (PartitionPlace.TryParse(file.Key, out var place, out var name) && IsParquet(name))
                yield return (place, file);
        }
    }

    /// <summary>Opens a file that should have a schema, or that of an older release.</summary>
    /// <param name="required">The columns that every release has.</param>
    /// <exception cref="LakeException">It is a Parquet file, but not one of ours.</exception>
    /// <exception cref="ParquetException">It is damaged.</exception>
    public static ParquetReader Open(ObjectStore lake, StoredObject file, ParquetSchema schema, params ReadOnlySpan<int> required)
    {
        var name = lake.Locate(file.Key);
        var reader = new ParquetReader(name, file.SizeBytes, (offset, target) => lake.ReadAt(file.Key, offset, target));
        try
        {
            foreach (var place in required)
                Require(name, reader.Schema.IndexOf(schema.Columns[place].Name) >= 0, schema.Columns[place], "none");
            foreach (var column in schema.Columns)
            {
                if (reader.Schema.IndexOf(column.Name) is >= 0 and var place && reader.Schema.Columns[place] is var found)
                    Require(name, (found.Type, found.IsList) == (column.Type, column.IsList), column, $"{found.Type}{(found.IsList ? " list" : "")}");
            }
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Whether a name right in a folder is that of a data file.</summary>
    public static bool IsParquet(ReadOnlySpan<char> name) =>
        name.EndsWith(".parquet", StringComparison.Ordinal) && name[0] is not ('.' or '_') && !name.Contains('/');

    static void Require(string name, bool isRight, ParquetColumn column, string found)
    {
        if (!isRight)
            throw new LakeException($"{name}: expected a column {column.Name} of type {column.Type}{(column.IsList ? " list" : "")}, found {found}, so TrailLake did not write this file. Move it out of the lake and run again; nothing of this run was published.");
    }
}
