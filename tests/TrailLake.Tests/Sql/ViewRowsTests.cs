using System.Text.Json;

namespace TrailLake.Tests.Sql;

/// <summary>Each view's rows on the lake of Samples/trail. What they should be is in Expected/, worked out from the records by other means.</summary>
public sealed class ViewRowsTests(SampleLake lake)
{
    [Fact]
    public void The_samples_are_accounted_for_to_the_last_record()
    {
        Assert.Equal(1, lake.Ingest.Status); // one record is broken, on purpose
        using var summary = JsonDocument.Parse(lake.Ingest.Output);
        long Count(string name) => summary.RootElement.GetProperty(name).GetInt64();
        Assert.Equal((221, 217, 3, 1), (Count("records_read"), Count("records_written"), Count("duplicates"), Count("records_quarantined")));
        Assert.Equal(43, Count("objects_ingested"));
    }

    [Theory]
    [MemberData(nameof(ViewTextTests.Views), MemberType = typeof(ViewTextTests))]
    public void A_view_answers_what_was_expected(string view)
    {
        var file = Repository.PathOf("tests", "TrailLake.Tests", "Expected", view + ".csv");
        var expected = $"select * from read_csv('{file}', header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false)";
        var found = $"select cast(columns(*) as varchar) from {view}";

        var difference = TraillakeProcess.Run("query", lake.Location, "--format", "csv", $"""
            select 'expected' as side, * from (({expected}) except all ({found}))
            union all
            select 'found' as side, * from (({found}) except all ({expected}))
            order by all
            """);

        Assert.Equal((0, ""), (difference.Status, difference.Errors));
        Assert.Equal("side," + File.ReadLines(file).First(), difference.Output.TrimEnd()); // a header, and no row under it
    }
}
