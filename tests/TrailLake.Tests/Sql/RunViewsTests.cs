using TrailLake.DuckDb;

namespace TrailLake.Tests.Sql;

public sealed class RunViewsTests
{
    [Fact]
    public void The_ledger_is_a_row_for_each_object()
    {
        using var lake = new SmallLake();
        Directory.CreateDirectory(lake.PathOf("_traillake", "ledger"));
        using (var duck = DuckDbConnection.OpenInMemory())
            duck.Execute($"copy (select 'a.json.gz' as object_key, 10::bigint as size_bytes, 'ingested' as outcome, 5::bigint as records_read) to {DuckDbSql.Text(lake.PathOf("_traillake", "ledger", "r1.parquet"))}");
        Assert.Equal([["a.json.gz", 10L, null, "ingested", 5L]], lake.Rows("select object_key, size_bytes, etag, outcome, records_read from ingested_objects"));
    }

    [Fact]
    public void A_run_is_a_row_whatever_its_report_adds_or_lacks()
    {
        using var lake = new SmallLake();
        lake.Write("{\n  \"run_id\": \"r1\",\n  \"records_read\": 7,\n  \"seconds\": 0.5,\n  \"started_at\": \"2024-01-31T12:00:00.250Z\"\n}\n", "_traillake", "runs", "r1.json");
        lake.Write("""{"run_id": "r2", "records_read": 9007199254740993, "of_next_year": {"a": 1}}""", "_traillake", "runs", "r2.json");
        Assert.Equal(
            [["r1", 7L, 0.5, new DuckDbTimestamp(1_706_702_400_250_000, 1_000_000, false)], ["r2", 9007199254740993L, null, null]],
            lake.Rows("select run_id, records_read, seconds, started_at from ingest_runs order by 1"));
    }

    [Fact]
    public void A_quarantined_record_larger_than_DuckDBs_limit_for_a_line_is_read()
    {
        using var lake = new SmallLake();
        var content = new string('x', 20 << 20);
        lake.Write($$"""{"run_id": "r1", "source_object": "a", "source_index": 3, "reason": "too_large", "content": "{{content}}"}""" + "\n", "_traillake", "quarantine", "r1.jsonl");
        lake.Write("""{"run_id": "r2", "source_object": "b", "source_index": null, "reason": "not_gzip", "content": "a\u0000b"}""" + "\n", "_traillake", "quarantine", "r2.jsonl");
        Assert.Equal([["r1", 3L, 20L << 20], ["r2", null, 3L]], lake.Rows("select run_id, source_index, length(content) from quarantine order by 1"));
    }

    [Fact]
    public void A_line_that_a_crash_cut_short_hides_no_other()
    {
        using var lake = new SmallLake();
        lake.Write("{\"run_id\": \"r1\", \"reason\": \"not_json\"}\n{\"run_id\": \"r1\", \"rea", "_traillake", "quarantine", "r1.jsonl");
        Assert.Equal([["r1", "not_json"]], lake.Rows("select run_id, reason from quarantine"));
    }
}
