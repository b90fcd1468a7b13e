using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>What a run tells the next one, be that a shard or not.</summary>
public sealed class RunNoteTests : IDisposable
{
    static readonly string[] Regions = ["eu-west-1", "us-east-1", "eu-north-1", "us-west-2", "ap-south-1", "sa-east-1"];

    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_quiet_day_leaves_one_report_and_nothing_else()
    {
        Put(2);
        Night(3);
        var before = _lake.Files();
        Assert.Equal((0, 0L), (Night(3).ObjectsIngested, Night(3).RecordsRead));
        Assert.Equal(before, _lake.Files());
        for (var run = 0; run < 5; run++)
            Assert.Equal(new DateOnly(2024, 1, 4), Night(4).CompleteBefore);
        var added = Assert.Single(_lake.Files().Except(before));
        Assert.StartsWith(RunReport.Folder, added, StringComparison.Ordinal);
        Assert.Equal(new DateOnly(2024, 1, 1), Night(5).ListedSince);
        Assert.Equal("3", _lake.Scalar("select count(*) from ingest_runs"));
    }

    [Fact]
    public void After_all_shards_a_run_that_is_none_goes_on_and_so_do_shards_after_that()
    {
        Put(2);
        for (var number = 1; number <= 3; number++)
            Night(3 + number, new Shard(number, 3));
        Put(4);
        var next = Night(9);
        Assert.Equal((Regions.Length, new DateOnly(2024, 1, 1)), (next.ObjectsIngested, next.ListedSince)); // three days before the first of them
        var shards = Enumerable.Range(1, 4).Select(number => Night(11, new Shard(number, 4))).ToList();
        Assert.All(shards, report => Assert.Equal((0, new DateOnly(2024, 1, 6)), (report.ObjectsIngested, report.ListedSince)));
        Assert.Equal((2 * Regions.Length).ToString(System.Globalization.CultureInfo.InvariantCulture), _lake.Scalar("select count(distinct event_id) from events"));
    }

    [Fact]
    public void Where_a_shard_is_missing_everything_is_looked_at()
    {
        Put(2);
        Night(3, new Shard(1, 2));
        Night(3, new Shard(1, 3));
        Night(3, new Shard(3, 3));
        var next = Night(4);
        Assert.Null(next.ListedSince);
        Assert.Equal(Regions.Length, next.ObjectsIngested + next.ObjectsAlreadyIngested);
    }

    [Fact]
    public void Of_several_sharings_out_the_last_that_is_whole_counts()
    {
        Put(2);
        foreach (var (day, count) in new[] { (3, 2), (5, 4), (4, 3) })
        {
            for (var number = 1; number <= count; number++)
                Night(day, new Shard(number, count));
        }
        Night(9, new Shard(1, 5));
        Assert.Equal(new DateOnly(2024, 1, 2), Night(10).ListedSince);
    }

    [Fact]
    public void A_run_that_came_to_no_day_does_not_hide_the_shards()
    {
        Put(2);
        Night(3, filter: new() { Until = new(2024, 1, 2) }); // of a new lake, so that no day can be said
        for (var number = 1; number <= 2; number++)
            Night(8, new Shard(number, 2));
        Assert.Equal(new DateOnly(2024, 1, 5), Night(9).ListedSince);
    }

    [Fact]
    public void What_shards_could_not_read_is_tried_by_the_run_after_them()
    {
        Put(2);
        for (var number = 1; number <= 2; number++)
            Night(8, new Shard(number, 2), denied: "eu-north-1");
        Put(7);
        var next = Night(9);
        Assert.Equal((Regions.Length + 1, new DateOnly(2024, 1, 5)), (next.ObjectsIngested, next.ListedSince));
    }

    // Its rest is still to come: an answer that is complete for some days says nothing of those before.
    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public void A_first_run_that_was_interrupted_is_gone_on_with_though_later_days_were_asked_for_meanwhile(int? shards)
    {
        Put(2);
        Put(9);
        var shard = shards is { } count ? new Shard(1, count) : (Shard?)null;
        using var asked = new CancellationTokenSource();
        var first = Interrupted(10, shard, asked);
        Assert.True(first.IsInterrupted);
        for (var day = 11; day < 13; day++)
            Night(day, shard, filter: new() { Since = new(2024, 1, 9) });
        for (var number = 2; number <= shards; number++)
            Night(13, new Shard(number, 2));
        Night(13, shard);
        Assert.Equal($"{2 * Regions.Length}", _lake.Scalar("select count(distinct event_id) from events"));
        Assert.Equal(new DateOnly(2024, 1, 10), Night(14, shard).ListedSince);
    }

    // No run that fails, or is killed, comes to its report.
    [Fact]
    public void A_first_run_that_failed_is_gone_on_with_though_later_days_were_asked_for_meanwhile()
    {
        Put(2);
        Put(9);
        var full = new FailingStore(_lake.OpenLake(), "commit", Ledger.Folder);
        Assert.Throws<StoreException>(() => Ingest.Run(_lake.OpenSource(), full, new() { LateDays = 3, Clock = new FixedClock(new(2024, 1, 10)) }, out _));
        Assert.Equal("true", _lake.Scalar("select interrupted from ingest_runs"));
        Night(11, filter: new() { Since = new(2024, 1, 9) });
        Assert.Null(Night(12).ListedSince);
        Assert.Equal($"{2 * Regions.Length}", _lake.Scalar("select count(distinct event_id) from events"));
        Assert.Equal(new DateOnly(2024, 1, 9), Night(13).ListedSince);
    }

    // A source that gives out in the middle of its list, or a lost network.
    [Fact]
    public void A_first_run_that_failed_while_it_listed_is_gone_on_with_though_later_days_were_asked_for_meanwhile()
    {
        Put(2);
        Put(9);
        var source = new FaultyStore(_lake.OpenSource()) { Listed = _ => throw new StoreException("gone") };
        Assert.Throws<StoreException>(() => _lake.Run(new() { LateDays = 3, Clock = new FixedClock(new(2024, 1, 10)) }, source));
        Night(11, filter: new() { Since = new(2024, 1, 9) });
        Assert.Null(Night(12).ListedSince);
        Assert.Equal($"{2 * Regions.Length}", _lake.Scalar("select count(distinct event_id) from events"));
        Assert.Equal(new DateOnly(2024, 1, 9), Night(13).ListedSince);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public void A_note_that_somebody_deleted_makes_no_run_of_later_days_the_first_and_that_is_said(int? shards)
    {
        var mine = shards is { } count ? new Shard(1, count) : (Shard?)null;
        Put(2);
        Night(3, mine);
        _lake.Files(RunNote.Folder).ToList().ForEach(note => File.Delete(Path.Combine(_lake.Lake, note)));
        Put(5);
        Put(9);
        Night(10, mine, filter: new() { Since = new(2024, 1, 9) });
        Assert.Contains($"{RunNote.Folder}/: expected the note of the last run of {_lake.OpenSource().Root}, found none", Assert.Single(_lake.Warnings), StringComparison.Ordinal);
        Assert.Null(Night(11, mine).ListedSince);
        Assert.Equal(new DateOnly(2024, 1, 8), Night(12, mine).ListedSince);
    }

    [Fact]
    public void Another_source_of_a_lake_may_begin_with_later_days()
    {
        Put(2);
        Night(3);
        using var other = new TestLake();
        other.Put(TestLake.DayKey(9, "x"), TestLake.Log(TestLake.Record(1)));
        _lake.Run(new() { LateDays = 3, Filter = new() { Since = new(2024, 1, 9) }, Clock = new FixedClock(new(2024, 1, 10)) }, other.OpenSource());
        Assert.Empty(_lake.Warnings);
        Assert.Equal(new DateOnly(2024, 1, 7), _lake.Run(new() { LateDays = 3, Clock = new FixedClock(new(2024, 1, 11)) }, other.OpenSource()).ListedSince);
    }

    // It may be that of an earlier run of the same source.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_report_that_cannot_be_read_stops_no_run_and_lets_the_next_one_look_at_everything(bool isDenied)
    {
        Put(2);
        var damaged = $"{RunReport.Folder}/{Night(3).RunId}.json";
        if (!isDenied)
            File.WriteAllText(Path.Combine(_lake.Lake, damaged), "{\"run_id\":");
        using var other = new TestLake();
        other.Put(TestLake.DayKey(2, "x"), TestLake.Log(TestLake.Record(1)));
        other.Put(TestLake.DayKey(9, "x"), TestLake.Log(TestLake.Record(2)));
        var warnings = new List<string>();
        var lake = new FaultyStore(_lake.OpenLake()) { IsDenied = key => isDenied && key == damaged };
        RunReport Next(int day, DateOnly? since) => Ingest.Run(other.OpenSource(), lake, new() { LateDays = 3, Filter = new() { Since = since }, Clock = new FixedClock(new(2024, 1, day)), Warn = warnings.Add }, out _);
        Assert.Equal(1, Next(10, new(2024, 1, 9)).ObjectsIngested);
        Assert.Contains($"{Path.Join(_lake.Lake, damaged)}: ", Assert.Single(warnings), StringComparison.Ordinal);
        var whole = Next(11, null);
        Assert.Equal((1, null), (whole.ObjectsIngested, whole.ListedSince));
        Assert.Equal(new DateOnly(2024, 1, 8), Next(12, null).ListedSince);
        Assert.Single(warnings);
    }

    [Fact]
    public void A_lake_that_gives_out_while_reports_are_read_ends_the_run()
    {
        Put(2);
        Night(3);
        using var other = new TestLake();
        other.Put(TestLake.DayKey(9, "x"), TestLake.Log(TestLake.Record(1)));
        var lake = new FaultyStore(_lake.OpenLake()) { Opening = key => { if (key.StartsWith(RunReport.Folder, StringComparison.Ordinal)) throw new StoreException("gone") { IsOfPlace = true }; } };
        Assert.Equal("gone", Assert.Throws<StoreException>(() => Ingest.Run(other.OpenSource(), lake, new() { Filter = new() { Since = new(2024, 1, 9) } }, out _)).Message);
    }

    [Fact]
    public void Shards_may_begin_a_lake_with_later_days_one_after_the_other()
    {
        Put(2);
        Put(9);
        for (var number = 1; number <= 3; number++)
            Night(10, new Shard(number, 3), filter: new() { Since = new(2024, 1, 9) });
        for (var number = 1; number <= 3; number++)
            Assert.Equal(new DateOnly(2024, 1, 7), Night(11, new Shard(number, 3)).ListedSince);
    }

    [Fact]
    public void Shards_of_another_count_that_are_asked_for_later_days_do_not_hide_what_the_last_ones_have_left()
    {
        Put(2);
        for (var number = 1; number <= 2; number++)
            Night(3, new Shard(number, 2));
        Put(5);
        for (var number = 1; number <= 3; number++)
            Night(10, new Shard(number, 3), filter: new() { Since = new(2024, 1, 9) });
        for (var number = 1; number <= 3; number++)
            Night(11, new Shard(number, 3));
        Assert.Equal($"{2 * Regions.Length}", _lake.Scalar("select count(distinct event_id) from events"));
    }

    [Theory]
    [InlineData(8, 5)]
    [InlineData(5, 7)] // it has looked at all that a run without dates would have
    public void A_run_of_the_last_days_does_not_hide_what_came_late_before_them(int since, int listedNext)
    {
        Put(2);
        Night(8);
        Put(6);
        Night(10, filter: new() { Since = new(2024, 1, since) });
        Assert.Equal(new DateOnly(2024, 1, listedNext), Night(11).ListedSince);
        Assert.Equal($"{2 * Regions.Length}", _lake.Scalar("select count(distinct event_id) from events"));
    }

    // As where the disk of the source is not mounted.
    [Fact]
    public void Nights_on_which_the_source_is_empty_do_not_hide_what_was_delivered_then()
    {
        Put(2);
        Night(3);
        Directory.Move(_lake.Source, _lake.Source + ".away");
        Directory.CreateDirectory(_lake.Source);
        for (var day = 4; day < 12; day++)
            Assert.Equal(0, Night(day).ObjectsListed);
        Directory.Delete(_lake.Source);
        Directory.Move(_lake.Source + ".away", _lake.Source);
        Put(5);
        Night(12);
        Assert.Equal($"{2 * Regions.Length}", _lake.Scalar("select count(distinct event_id) from events"));
        Assert.Equal(new DateOnly(2024, 1, 9), Night(13).ListedSince);
    }

    [Fact]
    public void Shards_of_later_days_do_not_hide_what_an_interrupted_run_has_left()
    {
        Put(2);
        Put(9);
        using var asked = new CancellationTokenSource();
        Interrupted(10, null, asked);
        for (var number = 1; number <= 2; number++)
            Night(11, new Shard(number, 2), filter: new() { Since = new(2024, 1, 9) });
        Assert.Null(Night(12).ListedSince);
        Assert.Equal($"{2 * Regions.Length}", _lake.Scalar("select count(distinct event_id) from events"));
    }

    [Fact]
    public void A_lake_begun_with_since_goes_on_from_there_also_where_that_run_was_interrupted()
    {
        Put(2);
        Put(8);
        Put(9);
        using var asked = new CancellationTokenSource();
        Interrupted(10, null, asked, new() { Since = new(2024, 1, 8) });
        Night(11, filter: new() { Since = new(2024, 1, 8) });
        Assert.Equal(new DateOnly(2024, 1, 8), Night(12).ListedSince);
        Assert.Equal($"{2 * Regions.Length}", _lake.Scalar("select count(distinct event_id) from events"));
    }

    [Fact]
    public void A_source_finds_its_last_run_among_hundreds_of_others_without_reading_their_reports()
    {
        Put(2);
        Night(3);
        Night(3, new Shard(2, 3));
        using var others = new TempFolder();
        for (var other = 0; other < 210; other++)
        {
            var source = LocalStore.OpenSource(Directory.CreateDirectory(others[$"{other}"]).FullName);
            File.WriteAllText(others[$"{other}/log.json"], TestLake.Log(TestLake.Record(1)));
            _lake.Run(new() { LateDays = 3, Clock = new FixedClock(new(2024, 1, 3)) }, source);
        }
        var read = new List<string>();
        var lake = new FaultyStore(_lake.OpenLake()) { Opening = read.Add };
        Assert.Equal(new DateOnly(2023, 12, 31), Ingest.Run(_lake.OpenSource(), lake, new() { LateDays = 3, Clock = new FixedClock(new(2024, 1, 4)) }, out _).ListedSince);
        Assert.Single(read, key => key.StartsWith(RunNote.Folder, StringComparison.Ordinal));
        Assert.DoesNotContain(read, key => key.StartsWith(RunReport.Folder, StringComparison.Ordinal));
    }

    [Fact]
    public void A_note_that_is_lost_or_damaged_costs_a_list_of_everything_and_no_more()
    {
        Put(2);
        Night(3);
        var note = Path.Combine(_lake.Lake, Assert.Single(_lake.Files(RunNote.Folder)));
        foreach (var damaged in new[] { "", "{\"source_place\":", "null", "[]", """{"complete_before":"2024-13-01"}""", """{"source_place":3}""" })
        {
            File.WriteAllText(note, damaged);
            var next = Night(4);
            Assert.Equal((0, Regions.Length, (DateOnly?)null), (next.ObjectsIngested, next.ObjectsAlreadyIngested, next.ListedSince));
        }
        File.Delete(note);
        Assert.Null(Night(5).ListedSince);
        Assert.Equal(new DateOnly(2024, 1, 2), Night(6).ListedSince);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_note_that_tells_nothing_makes_no_run_of_later_days_the_first(bool isAhead)
    {
        Put(2);
        Night(3, denied: "eu-north-1");
        if (isAhead) // the clock of one night was
            Night(29, denied: "eu-north-1");
        else
            File.WriteAllText(Path.Combine(_lake.Lake, Assert.Single(_lake.Files(RunNote.Folder))), "");
        Put(5);
        Put(9);
        Night(10, filter: new() { Since = new(2024, 1, 9) });
        Assert.Null(Night(11).ListedSince);
        Assert.Equal($"{3 * Regions.Length}", _lake.Scalar("select count(distinct event_id) from events"));
        Assert.Equal(new DateOnly(2024, 1, 8), Night(12).ListedSince);
    }

    RunReport Interrupted(int day, Shard? shard, CancellationTokenSource asked, SourceFilter? filter = null) => _lake.Run(
        new() { LateDays = 3, Shard = shard, Filter = filter ?? new(), Threads = 1, Cancel = asked.Token, Clock = new FixedClock(new DateOnly(2024, 1, day)) },
        new FaultyStore(_lake.OpenSource()) { Opening = _ => asked.Cancel() });

    void Put(int day)
    {
        for (var i = 0; i < Regions.Length; i++)
            _lake.Put(TestLake.DayKey(day, "x").Replace("eu-west-1", Regions[i], StringComparison.Ordinal), TestLake.Log(TestLake.Record(day * 100 + i)));
    }

    RunReport Night(int day, Shard? shard = null, string denied = "none", SourceFilter? filter = null) => _lake.Run(
        new() { LateDays = 3, Shard = shard, Filter = filter ?? new(), Clock = new FixedClock(new DateOnly(2024, 1, day)) },
        new FaultyStore(_lake.OpenSource()) { IsDenied = key => LogKey.Parse(key).Region == denied });
}
