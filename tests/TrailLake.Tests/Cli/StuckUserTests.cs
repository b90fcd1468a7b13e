using System.Diagnostics;
using TrailLake.Cli;

namespace TrailLake.Tests.Cli;

/// <summary>What goes wrong for a new user, and that each message says what to do. Words in capitals stand for places: LAKE, EMPTY and OTHER are
/// folders, FILE is a file, NOWHERE is nothing, DAMAGED a lake with files that are none, BROKEN one with views that are none.</summary>
public sealed class StuckUserTests(SampleLake lake) : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(64, "expected SOURCE, found nothing. `traillake ingest --help` says", "ingest")]
    [InlineData(64, "expected LAKE, found nothing", "ingest NOWHERE")]
    [InlineData(2, "expected a folder or a file, found nothing (or it may not be seen by this user); check the path", "ingest NOWHERE EMPTY")]
    [InlineData(0, "found none to read among 0 objects. Check SOURCE", "ingest EMPTY OTHER")]
    [InlineData(0, "found none to read among 1 object. Check SOURCE", "ingest OTHER EMPTY")]
    [InlineData(2, "expected a folder to write into, found a file; name another place", "ingest EMPTY FILE")]
    [InlineData(64, "expected a day such as 2024-01-31, today, yesterday or -7d, found 2024-13-01", "ingest EMPTY OTHER --since 2024-13-01")]
    [InlineData(64, "expected a size such as 384MiB, found lots", "ingest EMPTY OTHER --memory lots")]
    [InlineData(64, "expected s3://bucket/prefix, found no bucket", "ingest s3:// EMPTY")]
    [InlineData(64, "expected a folder, a file or s3://bucket/prefix, found an empty name", "ingest EMPTY ")]
    [InlineData(64, "found the scheme https", "ingest EMPTY https://host/x")]
    [InlineData(64, "expected file:/// and a path on this disk, found a host in it", "ingest EMPTY file://host/x")]
    [InlineData(64, "expected file:/// and a path on this disk", "status file://%zz/x")]
    [InlineData(64, "which is no bucket's name", "ingest EMPTY s3://b")]
    [InlineData(64, "which is no bucket's name", "verify s3://b/prefix")]
    [InlineData(64, "found an empty name", "query  select")]
    [InlineData(64, "found the scheme https", "athena sql https://host/x")]
    [InlineData(2, "Name a --profile, or log in", "ingest s3://no-such-bucket EMPTY")]
    [InlineData(2, "`aws configure list-profiles` names those there are", "ingest s3://no-such-bucket EMPTY --profile nobody")]
    [InlineData(2, "`traillake ingest SOURCE <NOWHERE>` makes a lake", "query NOWHERE select")]
    [InlineData(2, "expected a lake's folder, found a file", "query FILE select")]
    [InlineData(64, "Write it after the lake, as in", "query LAKE")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "query OTHER --fail-if-rows --view root_activity")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "views EMPTY")]
    [InlineData(2, "Parser Error: syntax error at or near \"selec\"", "query LAKE selec")]
    [InlineData(64, "SQL is one argument, in quotes", "query LAKE select 1")]
    [InlineData(64, "`traillake views <LAKE>` lists those there are", "query LAKE --view nothing_like_it")]
    [InlineData(64, "expected a file with SQL, found none; check the path", "query LAKE --file NOWHERE")]
    [InlineData(64, "make it, or name another", "query LAKE --view events --output NOWHERE/x.csv")]
    [InlineData(64, "Did you mean csv?", "query LAKE --view events --format cvs")]
    [InlineData(2, "expected a lake, found no _traillake/ in it, which every run leaves. Check the path", "verify OTHER")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "compact EMPTY")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "pull OTHER EMPTY")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "athena deploy OTHER --location s3://bucket/prefix --region eu-west-1")]
    [InlineData(2, "`traillake ingest SOURCE <NOWHERE>` makes a lake", "status NOWHERE")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "status OTHER")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "export OTHER EMPTY")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "report OTHER NOWHERE")]
    [InlineData(64, "query has no option --fail-if-row. Did you mean --fail-if-rows?", "query LAKE --fail-if-row=true")]
    [InlineData(64, "query has no option --fromat. Did you mean --format?", "query LAKE select --fromat=json")]
    [InlineData(64, "expected one of none, snappy, gzip, zstd, found 7", "ingest EMPTY OTHER --compression 7")]
    [InlineData(64, "expected one of none, snappy, gzip, zstd, found zstd,gzip", "ingest EMPTY OTHER --compression zstd,gzip")]
    [InlineData(64, "expected a size such as 384MiB, found 9999999999999999999999999999T", "ingest EMPTY OTHER --memory 9999999999999999999999999999T")]
    [InlineData(64, "expected a file's name for the answer, found an empty one", "query LAKE --view events --output ")]
    [InlineData(64, "expected a file's name for Parquet, found a pipe or a device", "query LAKE --view events --format parquet --output /dev/null")]
    [InlineData(2, "@nowhere: expected a folder or a file, found nothing", "ingest @nowhere EMPTY")]
    [InlineData(2, "Name another, or empty it", "export LAKE OTHER")]
    [InlineData(64, "expected one of sql, deploy, query. Did you mean deploy?", "athena deply LAKE")]
    [InlineData(64, "expected bash or zsh, found fish", "completion fish")]
    [InlineData(2, "expected a name in UTF-8, found other bytes in it", "ingest caf\uFFFD EMPTY")]
    [InlineData(2, "cannot write it: the disk is full; free some space", "query LAKE --view events --output /dev/full")]
    [InlineData(2, "`traillake verify LAKE` tells what is damaged", "query DAMAGED --view events")]
    [InlineData(2, "or remove it: its objects are then read again", "ingest EMPTY DAMAGED")]
    [InlineData(2, "Remove the file; the lake's rows do not depend on it", "query DAMAGED --view ingest_runs")]
    [InlineData(2, "mine.sql: expected a view that this lake can answer, found: Parser Error: syntax error at or near \"selec\"", "query BROKEN --view mine")]
    [InlineData(0, "nonsense.sql: expected one statement, create or replace view nonsense as …, found one that creates nothing. Mend the file, or remove it.", "views BROKEN")]
    [InlineData(2, "nonsense.sql: expected one statement", "views BROKEN --show nonsense")]
    [InlineData(64, "expected a region, found none: AWS_REGION is not set, and the profile has none. Name Athena's with --region", "athena query LAKE select")]
    [InlineData(2, "Name a --profile, or log in", "athena query LAKE select --region eu-west-1")]
    [InlineData(64, "A bucket's name has at least 3 letters", "athena deploy LAKE --location s3://b/p")]
    [InlineData(64, "can stand in Athena's statements without ' and \\", "athena deploy LAKE --location s3://bucket/o'neill")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "athena sql OTHER")]
    public void A_message_says_what_to_do(int status, string expected, string typed)
    {
        Directory.CreateDirectory(_folder["empty"]);
        Directory.CreateDirectory(_folder["other"]);
        File.WriteAllText(_folder["other", "notes.txt"], "no log");
        Put("junk", "damaged/events/service=s3/event_date=2024-01-31/region=us-east-1/a.parquet", "damaged/_traillake/ledger/a.parquet", "damaged/_traillake/runs/a.json");
        Put("create or replace view mine as selec 1", "broken/_traillake/views/mine.sql", "broken/_traillake/views/nonsense.sql");
        File.WriteAllText(_folder["broken/_traillake/views/nonsense.sql"], "nonsense");
        var places = new Dictionary<string, string> { ["LAKE"] = lake.Location, ["EMPTY"] = _folder["empty"], ["OTHER"] = _folder["other"], ["FILE"] = _folder["other", "notes.txt"], ["NOWHERE"] = _folder["nowhere"], ["DAMAGED"] = _folder["damaged"], ["BROKEN"] = _folder["broken"] };
        var arguments = typed.Split(' ').Select(word => word.Split('/') is [var place, .. var rest] && places.TryGetValue(place, out var path) ? Path.Join([path, .. rest]) : word);
        var start = new ProcessStartInfo(TraillakeProcess.Program, arguments);
        foreach (var name in new[] { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION" })
            start.Environment.Remove(name);
        start.Environment["HOME"] = _folder.Root; // no profile of whoever runs the tests
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        var ran = TraillakeProcess.RunOther(start);

        Assert.True(ran.Status == status, $"expected exit {status}, found {ran}");
        Assert.Contains(places.Aggregate(expected, (text, place) => text.Replace($"<{place.Key}>", place.Value, StringComparison.Ordinal)), ran.Errors, StringComparison.Ordinal);
        Assert.StartsWith("traillake: ", ran.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at TrailLake", ran.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_view_is_no_trouble_of_a_query_that_only_has_its_name_as_a_word()
    {
        Put("nonsense", "lake/_traillake/views/calls.sql");
        Assert.Equal("calls\n1\n", TraillakeProcess.Run("query", _folder["lake"], "select 1 as calls").Output);
        Assert.Contains("calls.sql: expected one statement", TraillakeProcess.Run("query", _folder["lake"], "select * from calls").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_DuckDB_that_does_not_load_is_named_with_the_variable_that_names_it()
    {
        File.WriteAllText(_folder["libduckdb.so"], "no library");
        var ran = TraillakeProcess.RunIn(new Dictionary<string, string> { ["TRAILLAKE_DUCKDB"] = _folder["libduckdb.so"] }, "query", lake.Location, "select 1");
        Assert.Equal((2, ""), (ran.Status, ran.Output));
        Assert.Matches(@"^traillake: DuckDB: \S+/libduckdb\.so \(from TRAILLAKE_DUCKDB\) does not load: .+ Run `make build`, or correct the variable\.\n$", ran.Errors);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    public void An_answer_for_which_there_is_no_room_is_named_as_it_was_asked_for_and_leaves_nothing(string format)
    {
        var file = _folder[$"answer.{format}"];
        var ran = TraillakeProcess.RunWithFileLimit(2_000, "query", lake.Location, "select range, md5(cast(range as varchar)) as hash from range(300000)", "--output", file);
        Assert.True(ran is { Status: 2, Output: "" }, ran.ToString());
        Assert.StartsWith($"traillake: {file}: cannot write it: ", ran.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    // Whoever runs the tests may read everything.
    [Fact]
    public void What_NET_says_of_permissions_and_room_names_the_place_first()
    {
        Assert.Equal("/a/b: permission denied; grant it to the user that runs this, or name another place.", FailureText.Of(new UnauthorizedAccessException("Access to the path '/a/b' is denied.")));
        Assert.StartsWith("standard output: expected room for the answer", FailureText.Of(new AggregateException(new IOException("No space left on device", 28))), StringComparison.Ordinal);
        Assert.Equal("as it was", FailureText.Of(new IOException("as it was")));
    }

    void Put(string text, params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            File.WriteAllText(_folder[file], text);
        }
    }
}
