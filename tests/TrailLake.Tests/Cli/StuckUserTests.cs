using System.Diagnostics;

namespace TrailLake.Tests.Cli;

/// <summary>What goes wrong for a new user, and that each message says what to do. Words in capitals stand for places: LAKE, EMPTY and OTHER are
/// folders, FILE is a file, NOWHERE is nothing.</summary>
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
    [InlineData(2, "expected s3://bucket/prefix, found no bucket", "ingest s3:// EMPTY")]
    [InlineData(2, "Name a --profile, or log in", "ingest s3://no-such-bucket EMPTY")]
    [InlineData(2, "`aws configure list-profiles` names those there are", "ingest s3://no-such-bucket EMPTY --profile nobody")]
    [InlineData(2, "`traillake ingest SOURCE <NOWHERE>` makes a lake", "query NOWHERE select")]
    [InlineData(2, "expected a lake's folder, found a file", "query FILE select")]
    [InlineData(64, "Write it after the lake, as in", "query LAKE")]
    [InlineData(2, "no run has written here, so its tables are empty. Check the path", "query OTHER selec")]
    [InlineData(2, "Parser Error: syntax error at or near \"selec\"", "query LAKE selec")]
    [InlineData(64, "SQL is one argument, in quotes", "query LAKE select 1")]
    [InlineData(64, "`traillake views <LAKE>` lists those there are", "query LAKE --view nothing_like_it")]
    [InlineData(64, "expected a file with SQL, found none; check the path", "query LAKE --file NOWHERE")]
    [InlineData(64, "make it, or name another", "query LAKE --view events --output NOWHERE/x.csv")]
    [InlineData(64, "Did you mean csv?", "query LAKE --view events --format cvs")]
    [InlineData(2, "expected a lake, found no _traillake/ in it, which every run leaves. Check the path", "verify OTHER")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "compact EMPTY")]
    [InlineData(2, "expected a lake, found no _traillake/ in it", "pull OTHER EMPTY")]
    [InlineData(2, "`traillake ingest SOURCE <NOWHERE>` makes a lake", "status NOWHERE")]
    [InlineData(2, "Name another, or empty it", "export LAKE OTHER")]
    [InlineData(64, "expected one of sql, deploy, query. Did you mean deploy?", "athena deply LAKE")]
    [InlineData(64, "expected bash or zsh, found fish", "completion fish")]
    public void A_message_says_what_to_do(int status, string expected, string typed)
    {
        Directory.CreateDirectory(_folder["empty"]);
        Directory.CreateDirectory(_folder["other"]);
        File.WriteAllText(_folder["other", "notes.txt"], "no log");
        var places = new Dictionary<string, string> { ["LAKE"] = lake.Location, ["EMPTY"] = _folder["empty"], ["OTHER"] = _folder["other"], ["FILE"] = _folder["other", "notes.txt"], ["NOWHERE"] = _folder["nowhere"] };
        var arguments = typed.Split(' ').Select(word => word.Split('/') is [var place, .. var rest] && places.TryGetValue(place, out var path) ? Path.Join([path, .. rest]) : word);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "traillake"), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE" })
            start.Environment.Remove(name);
        start.Environment["HOME"] = _folder.Root; // no profile of whoever runs the tests
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        using var process = Process.Start(start)!;
        var ran = TraillakeProcess.Await(process);

        Assert.True(ran.Status == status, $"expected exit {status}, found {ran}");
        Assert.Contains(places.Aggregate(expected, (text, place) => text.Replace($"<{place.Key}>", place.Value, StringComparison.Ordinal)), ran.Errors, StringComparison.Ordinal);
        Assert.StartsWith("traillake: ", ran.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at TrailLake", ran.Errors, StringComparison.Ordinal);
    }
}
