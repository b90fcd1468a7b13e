using System.Text.Json;

namespace TrailLake.Tests;

/// <summary>The notebooks as they are committed; `make notebooks` runs them.</summary>
public sealed class NotebookTests
{
    public static TheoryData<string> Notebooks => [.. Directory.GetFiles(Repository.PathOf("notebooks"), "*.ipynb").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Notebooks))]
    public void A_notebook_is_committed_without_outputs_and_uses_views_instead_of_copies(string name)
    {
        using var notebook = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("notebooks", name)));
        var code = notebook.RootElement.GetProperty("cells").EnumerateArray().Where(cell => cell.GetProperty("cell_type").GetString() == "code").ToList();
        Assert.NotEmpty(code);
        Assert.All(code, cell =>
        {
            Assert.Empty(cell.GetProperty("outputs").EnumerateArray());
            Assert.Equal(JsonValueKind.Null, cell.GetProperty("execution_count").ValueKind);
            var source = string.Concat(cell.GetProperty("source").EnumerateArray().Select(line => line.GetString()));
            Assert.DoesNotMatch(@"(?i)\bcreate\s+(or\s+replace\s+)?(view|macro)\b|\bread_parquet\b|\bfrom events\b", source);
        });
        Assert.Contains(code, cell => cell.GetProperty("source").ToString().Contains("LAKE = ", StringComparison.Ordinal));
    }

    // Profiles, roles and SSO have no variable: who looks for one misses them.
    [Theory, MemberData(nameof(Notebooks))]
    public void A_notebook_leaves_it_to_the_program_to_find_credentials(string name) =>
        Assert.DoesNotMatch("AWS_[A-Z_]+", File.ReadAllText(Repository.PathOf("notebooks", name)));
}
