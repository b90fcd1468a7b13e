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
                foreach (var column in File.ReadLines(Answers.AllAnswers.FileOf(view.Name)).First().Split(',').Intersect(["service", "event_date", "region"]))
                    data.Add(view.Name, column);
            }
            return data;
        }
    }

    public static TheoryData<string> OneServiceViews => [.. SqlLibrary.Views.Where(view => ServiceOf(view.Text) is not null).Select(view => view.Name)];

    [Theory]
    [MemberData(nameof(PartitionColumns))]
    public void A_filter_on_a_partition_column_of_a_view_reads_only_its_files(string view, string column)
    {
        var value = (string)lake.Rows($"select min({column}) from {view}")[0][0]!;
        var files = lake.Files.Count(path => path.Contains($"/{column}={value}/", StringComparison.Ordinal));

        // role_sessions looks for the call that made a session on other days, too; but among STS's calls only.
        if (view == "role_sessions" && column == "event_date")
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
