using System.Text.Json;
using TrailLake.Tests.Sql.Answers;

namespace TrailLake.Tests.Sql;

/// <summary>Each view's rows on the sample lake. What they should be is in Expected/, worked out from the records in C#.</summary>
public sealed class ViewRowsTests(SampleLake trail, OpenQuestionLake lake) : IClassFixture<OpenQuestionLake>
{
    static bool IsWriting => Environment.GetEnvironmentVariable("TRAILLAKE_WRITE_EXPECTED") is not null; // `make expected`

    public static TheoryData<string> Answered => [.. AllAnswers.ByView.Keys];

    [Fact]
    public void The_samples_are_accounted_for_to_the_last_record()
    {
        Assert.Equal(1, trail.Ingest.Status); // one record is broken, on purpose
        using var summary = JsonDocument.Parse(trail.Ingest.Output);
        long Count(string name) => summary.RootElement.GetProperty(name).GetInt64();
        Assert.Equal((221, 217, 3, 1), (Count("records_read"), Count("records_written"), Count("duplicates"), Count("records_quarantined")));
        Assert.Equal(43, Count("objects_ingested"));
        Assert.Equal(SampleRecords.All.Events.LongCount(), lake.Rows("select count(*) from events")[0][0]);
    }

    [Fact]
    public void Every_view_has_an_answer_of_its_own() =>
        Assert.Equal(ViewTextTests.Views.Select(view => view.Data), AllAnswers.ByView.Keys);

    [Theory]
    [MemberData(nameof(Answered))]
    public void The_expected_rows_are_what_the_records_give(string view)
    {
        var answer = AllAnswers.ByView[view];
        if (IsWriting)
            File.WriteAllText(AllAnswers.FileOf(view), answer.Csv());
        Assert.True(answer.Csv() == File.ReadAllText(AllAnswers.FileOf(view)), $"Expected/{view}.csv is stale: run `make expected`, look at what changed, and commit it.");
    }

    [Theory]
    [MemberData(nameof(ViewTextTests.Views), MemberType = typeof(ViewTextTests))]
    public void A_view_answers_what_was_expected(string view)
    {
        var file = AllAnswers.FileOf(view);
        var lines = File.ReadLines(file).Take(2).ToArray();
        Assert.True(lines.Length == 2, $"{view} has no row: give the samples a record that it must find.");
        Assert.Equal(lines[0].Split(','), lake.Rows($"select column_name from (describe {view})").Select(row => (string)row[0]!));

        var expected = $"select * from read_csv('{file}', header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false)";
        var found = $"select cast(columns(*) as varchar) from {view}";
        var difference = lake.Rows($"""
            select 'expected' as side, * from (({expected}) except all ({found}))
            union all
            select 'found' as side, * from (({found}) except all ({expected}))
            order by all
            """);

        Assert.True(difference.Length == 0, $"{view} differs:\n{string.Join('\n', difference.Take(12).Select(row => string.Join(" | ", row)))}");
    }

    /// <remarks>A near miss is <c>CONDITION</c>, or <c>CONDITION ON EVENTS =&gt; CONDITION ON THE VIEW</c>.</remarks>
    [Theory]
    [MemberData(nameof(Answered))]
    public void A_view_leaves_out_what_is_nearly_meant(string view)
    {
        var misses = AllAnswers.ByView[view].NearMisses;
        Assert.NotEmpty(misses);
        foreach (var miss in misses)
        {
            var (ofEvents, ofView) = miss.Split(" => ", 2) is [var first, var second] ? (first, second) : (miss, miss);
            Assert.True(lake.Rows($"select count(*) from events where {ofEvents}")[0][0] is > 0L, $"no event is {ofEvents}");
            Assert.True(lake.Rows($"select count(*) from {view} where {ofView}")[0][0] is 0L, $"{view} has {ofView}");
        }
    }
}
