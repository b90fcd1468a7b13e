using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TrailLake.Tests;

/// <summary>The rules that keep the source readable, where a machine can see to them.</summary>
public sealed partial class HouseTests
{
    static readonly string Root = Repository.Root;

    // Each folder with what it may import; Program.cs assembles, so it may import everything.
    static readonly Dictionary<string, string[]> MayImport = new()
    {
        ["TrailLake.Parquet"] = [],
        ["TrailLake.Storage"] = [],
        ["TrailLake.Aws"] = ["TrailLake.Storage"],
        ["TrailLake.DuckDb"] = [],
        ["TrailLake.CloudTrail"] = ["TrailLake.Parquet", "TrailLake.Storage"],
        ["TrailLake.Sql"] = ["TrailLake.Lake", "TrailLake.CloudTrail", "TrailLake.Parquet", "TrailLake.DuckDb"],
        ["TrailLake.Athena"] = ["TrailLake", "TrailLake.Aws", "TrailLake.Sql", "TrailLake.Lake", "TrailLake.CloudTrail", "TrailLake.DuckDb", "TrailLake.Storage"],
        ["TrailLake.Lake"] = ["TrailLake.CloudTrail", "TrailLake.Parquet", "TrailLake.Storage"],
        ["TrailLake.Report"] = ["TrailLake", "TrailLake.Sql", "TrailLake.DuckDb", "TrailLake.Lake", "TrailLake.CloudTrail", "TrailLake.Parquet"],
        ["TrailLake"] = ["TrailLake.Lake", "TrailLake.CloudTrail", "TrailLake.Parquet", "TrailLake.Storage", "TrailLake.Aws", "TrailLake.Sql", "TrailLake.DuckDb"],
        ["TrailLake.Cli"] = ["TrailLake", "TrailLake.Report", "TrailLake.Athena", "TrailLake.Aws", "TrailLake.Lake", "TrailLake.CloudTrail", "TrailLake.Parquet", "TrailLake.Storage", "TrailLake.Sql", "TrailLake.DuckDb"],
    };

    [Fact]
    public void Imports_run_one_way()
    {
        var wrong = Sources("src").Where(source => source.Name != "src/TrailLake/Program.cs").SelectMany(source =>
        {
            var folder = FolderOf(source.Name);
            var allowed = MayImport.GetValueOrDefault(folder) ?? [];
            return Using().Matches(source.Text).Select(match => match.Groups[1].Value)
                .Where(import => FolderOfNamespace(import) is { } imported && imported != folder && !allowed.Contains(imported))
                .Select(import => $"{source.Name}: {folder} imports {import}");
        });
        AssertNone(wrong, "an import against the direction Program → Cli → TrailLake → Lake → CloudTrail → TrailLake.Parquet");
    }

    [Fact]
    public void A_file_lies_in_the_folder_that_its_namespace_names() =>
        AssertNone(
            from source in Sources("src")
            let found = Namespace().Match(source.Text)
            where found.Success && !IsIn(FolderOf(source.Name), found.Groups[1].Value)
            select $"{source.Name}: {found.Groups[1].Value}",
            "another namespace than the folder's");

    [Fact]
    public void Every_folder_of_the_source_has_its_place_in_the_order_of_imports() =>
        AssertNone(
            Sources("src").Select(source => FolderOf(source.Name)).Distinct().Where(folder => !MayImport.ContainsKey(folder)),
            "a folder whose imports no rule speaks of");

    [Fact]
    public void A_file_has_at_most_400_lines() =>
        AssertNone(
            from source in Sources("src", "tests")
            let lines = source.Text.AsSpan().Count('\n')
            where lines > 400
            select $"{source.Name}: {lines} lines",
            "a file that holds a second idea");

    [Fact]
    public void No_type_has_a_name_that_fits_any_type() =>
        AssertNone(Found(EmptyName(), "src", "tests"), "a type's name that says nothing");

    [Fact]
    public void Only_the_first_implementations_of_two_have_an_interface() =>
        AssertNone(
            from match in Sources("src").SelectMany(source => Interface().Matches(source.Text))
            let name = match.Groups[1].Value
            where Sources("src").Sum(source => Regex.Count(source.Text, $@"\b(class|struct|record)\b[^{{;]*:[^{{;]*\b{name}\b")) < 2
            select name,
            "an interface with fewer than two implementations");

    [Fact]
    public void Nothing_sleeps() => AssertNone(Found(Sleep(), "src", "tests").Concat(Found(Delay(), "tests")), "a wait for time instead of for what is waited for");

    // Of these alone a machine may have none, and each stands in one place.
    [Fact]
    public void No_test_is_skipped_but_for_the_want_of_an_S3_server_a_terminal_a_browser_a_disk_or_systemd()
    {
        string[] mayBeMissing = ["tests/TrailLake.Tests/S3Server.cs", "tests/TrailLake.Tests/Terminal.cs", "tests/TrailLake.Tests/SmallDisk.cs", "tests/TrailLake.Tests/ScheduleTests.cs", "tests/TrailLake.Tests/Report/Chromium.cs"];
        AssertNone(Found(Skip(), "tests").Where(found => !mayBeMissing.Any(file => found.StartsWith(file + ":", StringComparison.Ordinal))), "a test that is not run");
        Assert.All(mayBeMissing, file => Assert.Single(Skip().Matches(File.ReadAllText(Path.Combine(Root, file)))));
    }

    [Fact]
    public void No_file_names_a_place_of_one_machine() =>
        AssertNone(
            from file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(Root, file).Replace('\\', '/')
            where TextFile().IsMatch(name) && !Unowned().IsMatch(name)
            from match in MachinePath().Matches(File.ReadAllText(file))
            select $"{name}: {match.Value}",
            "a path of one machine");

    [Fact]
    public void Every_package_that_is_referenced_is_used()
    {
        var unused =
            from project in Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            where !Unowned().IsMatch(Path.GetRelativePath(Root, project).Replace('\\', '/'))
            from package in XDocument.Load(project).Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!)
            let folder = Path.GetRelativePath(Root, Path.GetDirectoryName(project)!)
            where !NamespacesOf(package).Any(name => Sources(folder).Any(source => Regex.IsMatch(source.Text, $@"\b{Regex.Escape(name)}\b")))
            select $"{Path.GetFileName(project)}: {package}";
        AssertNone(unused, "a package that nothing uses");
    }

    // Where a package's name is not the namespace that its users import.
    static string[] NamespacesOf(string package) => package switch
    {
        "xunit.v3" => ["Xunit"],
        "FSharp.Core" => ["FsCheck"],
        "Polly.Core" => ["Polly"],
        "AWSSDK.Core" => ["Amazon.Runtime", "Amazon.Util"],
        _ when package.StartsWith("AWSSDK.", StringComparison.Ordinal) => ["Amazon." + package["AWSSDK.".Length..]],
        _ => [package],
    };

    static IEnumerable<(string Name, string Text)> Sources(params string[] folders) =>
        from folder in folders
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !Unowned().IsMatch(name) && name != "tests/TrailLake.Tests/HouseTests.cs"
        select (name, File.ReadAllText(file));

    static IEnumerable<string> Found(Regex pattern, params string[] folders) =>
        Sources(folders).SelectMany(source => pattern.Matches(source.Text).Select(match => $"{source.Name}: {match.Value}"));

    static void AssertNone(IEnumerable<string> found, string what)
    {
        var list = found.Order(StringComparer.Ordinal).ToList();
        Assert.True(list.Count == 0, $"{what}:\n  {string.Join("\n  ", list)}");
    }

    // src/TrailLake/CloudTrail/Deeper/File.cs is of TrailLake.CloudTrail: a folder's own folders are its own business.
    static string FolderOf(string name) => name.Split('/') is var parts && parts[1] == "TrailLake.Parquet" ? parts[1]
        : parts.Length > 3 ? $"{parts[1]}.{parts[2]}" : parts[1];

    static string? FolderOfNamespace(string import) =>
        import == "TrailLake" ? import
        : import.StartsWith("TrailLake.", StringComparison.Ordinal) ? string.Join('.', import.Split('.').Take(2)) : null;

    static bool IsIn(string folder, string name) => name == folder || (folder != "TrailLake" && name.StartsWith(folder + ".", StringComparison.Ordinal));

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?(TrailLake[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum) \w*(Helper|Helpers|Util|Utils|Utility|Utilities|Manager|Service|Common)\b")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"\binterface (I[A-Z]\w*)")]
    private static partial Regex Interface();

    [GeneratedRegex(@"\bThread\.Sleep\b")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bTask\.Delay\b")]
    private static partial Regex Delay();

    [GeneratedRegex(@"\bSkip(Unless|When|Type|Exceptions)?\s*=\s*|\bAssert\.Skip\w*\b")]
    private static partial Regex Skip();

    [GeneratedRegex(@"\.(cs|csproj|props|md|sql|mjs|json|yml|sh|ipynb|editorconfig)$|(^|/)Makefile$")]
    private static partial Regex TextFile();

    [GeneratedRegex(@"(^|/)(bin|obj|node_modules|lake|bench|Samples|Expected|\.git)/|(^|/)package-lock\.json$|HouseTests\.cs$")]
    private static partial Regex Unowned();

    [GeneratedRegex(@"(?<![\w.])/(work|home|root|Users|tmp)/\w[\w./-]*|\b[A-Z]:\\\\?\w[\w\\]*", RegexOptions.CultureInvariant)]
    private static partial Regex MachinePath();
}
