using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Lake;

namespace TrailLake.Tests.Lake;

/// <summary>Rows that outlive an epoch, beside rows of the next one.</summary>
public sealed class UnsharedRowsTests : IDisposable
{
    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_text_that_both_have_is_one_value_of_the_column()
    {
        var column = Columns.OrdinalNamed(LakeTable.Events, "user_agent");
        using var pool = new BufferPool();
        using var shared = new SharedValues(1 << 20);
        using var batch = new RowBatch(shared);
        PartitionBuffer waiting = new(pool), own = new(pool);
        Add(waiting, "curl", "aws-cli");
        own.TakeUnshared(waiting, shared);
        waiting.Release();
        shared.Clear();
        batch.ForgetShared();
        Add(own, "boto", "aws-cli");

        var rows = new nint[own.RowCount];
        own.CopyRows(rows);
        var texts = new DistinctTexts(shared);
        using var columns = new RowGroupColumns(texts);
        columns.Take(rows);
        texts.Take(columns[column], own);
        Assert.Equal(["curl", "aws-cli", "boto"], texts.Texts.ToArray().Select(text => Encoding.UTF8.GetString(text.Span)));
        Assert.Equal([0, 1, 2, 1], texts.Places.ToArray());
        own.Release();

        void Add(PartitionBuffer buffer, params string[] agents)
        {
            foreach (var agent in agents)
            {
                batch.Begin(0, 0);
                batch.AddShared(column, Encoding.UTF8.GetBytes(agent));
                batch.Finish(LakeTable.Events, -1, -1);
                buffer.Add(batch, batch.Places[^1].Words);
            }
            batch.Clear();
        }
    }

    [Fact]
    public void They_keep_every_value_and_meet_what_is_delivered_again()
    {
        for (var day = 1; day <= 4; day++)
        {
            _lake.Put(TestLake.HourKey(day, "0010"), TestLake.Log(Enumerable.Range(0, 30).Select(i => Record(day, i)))); // waits when the day before is closed
            _lake.Put(TestLake.HourKey(day, "1200"), TestLake.Log(Enumerable.Range(25, 30).Select(i => Record(day, i))));
        }
        var report = _lake.Run(new IngestOptions { ClosesOldFrom = 1 });
        Assert.Equal((240, 220, 20, 0), (report.RecordsRead, report.RecordsWritten, report.Duplicates, report.ConflictingEventIds));
        using var once = new TestLake();
        foreach (var path in Directory.EnumerateFiles(_lake.Source, "*.json", SearchOption.AllDirectories))
            once.Put(Path.GetRelativePath(_lake.Source, path), File.ReadAllBytes(path));
        once.Run(new IngestOptions { ClosesOldFrom = int.MaxValue });
        const string Sql = "select * exclude (source_object, source_index) from events order by event_id";
        Assert.Equal(once.Rows(Sql).Select(row => string.Join('|', row)), _lake.Rows(Sql).Select(row => string.Join('|', row)));
    }

    static string Record(int day, int i) => TestLake.Record(
        day * 1000 + i,
        $$$$"""
        "userAgent":"agent {{{{i % 7}}}}","readOnly":{{{{(i % 2 == 0 ? "true" : "false")}}}},"userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:{{{{i % 5}}}}","arn":"arn:aws:sts::111122223333:assumed-role/r/{{{{i % 5}}}}","accountId":"111122223333","sessionContext":{"sessionIssuer":{},"attributes":{"mfaAuthenticated":"false"}}}
        """).Replace("2024-01-31", $"2024-01-{day:00}", StringComparison.Ordinal);
}
