using System.Text.RegularExpressions;
using TrailLake.Parquet;

namespace TrailLake.Tests.Parquet;

/// <summary>The code in the README of TrailLake.Parquet is this code, and does what the README says.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_code_of_the_readme_is_the_code_that_is_run_here()
    {
        var readme = File.ReadAllText(Repository.PathOf("src", "TrailLake.Parquet", "README.md"));
        var here = File.ReadAllText(Repository.PathOf("tests", "TrailLake.Tests", "Parquet", "ReadmeTests.cs"));
        var shown = Regex.Matches(readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value.Trim()).ToList();
        Assert.Equal(2, shown.Count);
        var run = Regex.Replace(here, "^        ", "", RegexOptions.Multiline);
        Assert.All(shown, code => Assert.Contains(code, run, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_readme_writes_it_reads()
    {
        using var folder = new TempFolder();
        var path = folder["files.parquet"];
        Write(path);
        Assert.Equal(["README.md: 2048 bytes, 2 tags"], Read(path));
    }

    static void Write(string path)
    {
        var schema = new ParquetSchema(
            new ParquetColumn("name", ParquetType.Text) { HasBloomFilter = true },
            new ParquetColumn("size", ParquetType.Int64),
            new ParquetColumn("changed", ParquetType.TimestampMillis),
            new ParquetColumn("tags", ParquetType.Text, isList: true));
        using var writer = new ParquetWriter(File.Create(path), schema);

        writer["name"].Append("README.md");
        writer["size"].Append(2048);
        writer["tags"].AppendList("docs", "front page");
        writer.EndRow();       // "changed" got no value: it is null in this row

        writer.Complete();     // without it the file has no footer, and nobody takes it for whole
    }

    static List<string> Read(string path)
    {
        var found = new List<string>();
        using var reader = ParquetReader.Open(path);
        using ColumnValues names = new(), sizes = new(), tags = new();
        for (var group = 0; group < reader.RowGroups.Length; group++)
        {
            if (!reader.MayContain(group, reader.Schema.IndexOf("name"), "README.md"u8))
                continue;
            reader.Read(group, reader.Schema.IndexOf("name"), names);
            reader.Read(group, reader.Schema.IndexOf("size"), sizes);
            reader.Read(group, reader.Schema.IndexOf("tags"), tags);
            for (var row = 0; row < names.Rows; row++)
                found.Add($"{names.Text(row)}: {sizes.Int64s[row]} bytes, {tags.Lengths[row]} tags");
        }
        return found;
    }
}
