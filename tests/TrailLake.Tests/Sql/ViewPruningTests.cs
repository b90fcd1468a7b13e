using System.Text.RegularExpressions;
using TrailLake.Sql;

namespace TrailLake.Tests.Sql;

/// <summary>A filter on a view's <c>service</c>, <c>event_date</c> or <c>region</c> must leave the other partitions' files unread, whatever the view does with the rows.</summary>
public sealed class ViewPruningTests(OpenQuestionLake lake) : IClassFixture<OpenQuestionLake>
{
    /// <summary>Views that offer a partition column, with that column.</summary>
    public static TheoryData<string, string> PartitionColumns
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var view in SqlLibrary.Views)
            {
                foreach (var column in PartitionColumnsOf(view.Name))
                    data.Add(view.Name, column);
            }
            return data;
        }
    }

    /// <summary>What a row of these views is summed up over, so that it has no one value.</summary>
    static readonly Dictionary<string, string[]> SummedUpOver = new()
    {
        ["access_key_usage"] = ["service", "region"],
        ["coverage_gaps"] = ["service", "event_date"],
        ["first_use_of_calls"] = ["event_date", "region"],
        ["principal_activity"] = ["service"],
        ["principals"] = ["service", "event_date", "region"],
        ["region_activity"] = ["service"],
        ["sessions"] = ["service", "region"],
        ["source_address_activity"] = ["service"],
    };

    public static TheoryData<string> OneServiceViews => [.. SqlLibrary.Views.Where(view => ServiceOf(view.Text) is not null).Select(view => view.Name)];

    [Fact]
    public void Every_view_offers_service_event_date_and_region_but_those_that_it_is_summed_up_over() =>
        Assert.All(SqlLibrary.Views, view => Assert.Equal(
            ["event_date", "region", "service"],
            PartitionColumnsOf(view.Name).Concat(SummedUpOver.GetValueOrDefault(view.Name, [])).Order(StringComparer.Ordinal)));

    [Theory]
    [MemberData(nameof(PartitionColumns))]
    public void A_filter_on_a_partition_column_of_a_view_reads_only_its_files(string view, string column)
    {
        var value = (string)lake.Rows($"select min({column}) from {view}")[0][0]!;
        var files = lake.Files.Count(path => path.Contains($"/{column}={value}/", StringComparison.Ordinal));

        // These look for the calls that made a session, or led to it, on other days and in other regions, too; but among STS's calls only.
        if ((view, column) is ("sessions", "event_date") or ("role_chains", "event_date" or "region"))
            files = Math.Max(files, lake.Files.Count(path => path.Contains("/service=sts/", StringComparison.Ordinal)));

        Assert.All(FilesRead($"select * from {view} where {column} = '{value}'"), read => Assert.InRange(read, 0, files));
    }

    [Theory]
    [MemberData(nameof(OneServiceViews))]
    public void A_view_of_one_service_reads_only_its_files(string view)
    {
        var service = ServiceOf(SqlLibrary.Views.First(one => one.Name == view).Text);
        var files = lake.Files.Count(path => path.Contains($"/service={service}/", StringComparison.Ordinal));
        Assert.All(FilesRead($"select * from {view}"), read => Assert.InRange(read, 1, files));
    }

    static IEnumerable<string> PartitionColumnsOf(string view) => File.ReadLines(Answers.AllAnswers.FileOf(view)).First().Split(',').Intersect(["service", "event_date", "region"]);

    // Each scan of the query, with the number of files that it opened.
    List<int> FilesRead(string query)
    {
        var plan = (string)lake.Rows("explain analyze " + query)[0][1]!;
        var scans = Regex.Matches(plan, @"Total Files Read:\s*(\d+)").Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.True(scans.Count > 0 || plan.Contains("EMPTY_RESULT", StringComparison.Ordinal), plan);
        return scans;
    }

    static string? ServiceOf(string text) => Regex.Matches(text, @"(?:where|and) service = '([\w-]+)'") is [var only] && !Regex.IsMatch(text, @"\bor\b[^\n]*service = ") && !text.Contains("left join", StringComparison.Ordinal) ? only.Groups[1].Value : null;
}
