using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Lake;

namespace TrailLake.Sql;

/// <summary>The statements that keep a database on Athena as the lake is. The grammar is Hive's; each is one statement, as Athena takes them.</summary>
static class AthenaDdl
{
    /// <summary>So many partitions go into one statement: some 30 KB of the 256 KB that one may have.</summary>
    public const int PartitionsInStatement = 100;

    /// <summary>CREATE DATABASE.</summary>
    public static string CreateDatabase(string database) => $"create database if not exists {Name(database)}";

    /// <summary>ALTER TABLE … ADD COLUMNS, for columns that a release brought; older files read as NULL there.</summary>
    public static string AddColumns(LakeTable table, IEnumerable<Column> columns) =>
        $"alter table {Name(DuckDbView.NameOf(table))} add columns (\n{string.Join(",\n", columns.Select(AthenaTable.ColumnOf))}\n)";

    /// <summary>ALTER TABLE … ADD PARTITION, for up to <see cref="PartitionsInStatement"/> of them. The places are written out: how Athena would spell an odd value in
    /// one is not documented.</summary>
    /// <param name="table">The table.</param>
    /// <param name="lake">The lake's place on S3, without a slash at its end.</param>
    /// <param name="partitions">The partitions.</param>
    public static string AddPartitions(LakeTable table, string lake, IEnumerable<LakePartition> partitions)
    {
        var text = new StringBuilder($"alter table {Name(DuckDbView.NameOf(table))} add if not exists");
        foreach (var partition in partitions)
            text.Append($"\n    partition (`service` = {Text(partition.Service)}, `event_date` = {Text(partition.EventDate)}, `region` = {Text(partition.Region)}) location {Text($"{lake}/{partition.Path}/")}");
        return text.ToString();
    }

    /// <summary>SHOW PARTITIONS; a row reads <c>service=s3/event_date=2024-01-31/region=us-east-1</c>.</summary>
    public static string ShowPartitions(LakeTable table) => $"show partitions {Name(DuckDbView.NameOf(table))}";

    /// <summary>ALTER TABLE … SET TBLPROPERTIES.</summary>
    public static string SetProperties(LakeTable table, IEnumerable<KeyValuePair<string, string>> properties) =>
        $"alter table {Name(DuckDbView.NameOf(table))} set tblproperties ({Properties(properties)})";

    /// <summary><c>'name' = 'value', …</c></summary>
    public static string Properties(IEnumerable<KeyValuePair<string, string>> properties) =>
        string.Join(", ", properties.Select(property => $"{Text(property.Key)} = {Text(property.Value)}"));

    /// <summary>A text literal as Hive reads it: a backslash quotes.</summary>
    public static string Text(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    static string Name(string name) => $"`{name}`";
}
