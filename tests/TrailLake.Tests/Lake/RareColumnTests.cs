using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Tests.Lake;

/// <summary>Columns that few records have stand only in files that need them, and nobody who asks notices.</summary>
public sealed class RareColumnTests : IDisposable
{
    const string Addendum = """ "addendum":{"reason":"UPDATED_DATA","updatedFields":"userAgent","originalEventID":"00000000-0000-0000-0000-000000000001"} """;

    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_file_has_a_rare_column_only_where_a_row_has_a_value()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1), TestLake.Record(2))).Run();
        Assert.Equal(Columns.Of(LakeTable.Events).Where(column => !column.IsRare).Select(column => column.Name), ColumnsOfOnlyFile());
        Assert.Equal("0", _lake.Scalar("select count(addendum_reason) from events"));

        _lake.Put("b.json", TestLake.Log(TestLake.Record(3, Addendum))).Run();
        Assert.Equal(["addendum_reason", "addendum_updated_fields", "addendum_original_event_id"], ColumnsOfOnlyFile().Where(name => Columns.Named(LakeTable.Events, name).IsRare));
        Assert.Equal([null, null, "UPDATED_DATA"], _lake.Rows("select addendum_reason from events order by event_id").Select(row => row[0]));
    }

    [Fact]
    public void Files_with_and_without_it_are_one_table()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1), TestLake.Record(2, Addendum).Replace("eu-west-1", "us-east-1", StringComparison.Ordinal))).Run();
        Assert.Equal(2, _lake.Files("events").Length);
        Assert.Equal(["eu-west-1 ", "us-east-1 UPDATED_DATA"], _lake.Rows("select region || ' ' || coalesce(addendum_reason, '') from events order by 1").Select(row => row[0]));
        Assert.Empty(Verify.Run(LocalStore.OpenLake(_lake.Lake), 1, TestContext.Current.CancellationToken).Problems);
    }

    [Fact]
    public void A_repeated_delivery_meets_its_twin_whether_or_not_the_file_has_the_column()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        var same = _lake.Put("again.json", TestLake.Log(TestLake.Record(1))).Run();
        Assert.Equal((1, 0, 0), (same.Duplicates, same.ConflictingEventIds, same.RecordsWritten));
        var other = _lake.Put("other.json", TestLake.Log(TestLake.Record(1, Addendum))).Run();
        Assert.Equal((0, 1, 1), (other.Duplicates, other.ConflictingEventIds, other.RecordsWritten));
        Assert.Equal(1, _lake.Put("other again.json", TestLake.Log(TestLake.Record(1, Addendum))).Run().Duplicates);
        Assert.Equal("2", _lake.Scalar("select count(*) from events"));
    }

    // What readers that take one file's columns for all files' look for is in every file.
    [Fact]
    public void What_people_look_up_is_not_rare() =>
        Assert.DoesNotContain(Columns.All, column => column is { IsRare: true, CompletesRecord: false } &&
            (column.IsNeedle || column is { IsDerived: true, Type: ColumnType.Boolean } || column.NullIsJsonNull || column.Tables != LakeTable.Events));

    List<string> ColumnsOfOnlyFile()
    {
        using var reader = ParquetReader.Open(Path.Combine(_lake.Lake, Assert.Single(_lake.Files("events"))));
        return [.. reader.Schema.Columns.Select(column => column.Name)];
    }
}
