using System.Diagnostics;
using System.Text.RegularExpressions;
using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Bench.Measuring;

/// <summary>How long a query took on the three, in milliseconds, with what it opened and read.</summary>
sealed record QueryTimes(string Name, bool IsNeedle, Side Ours, Side DuckDb, Side Raw);

/// <summary>On one of them.</summary>
/// <param name="FirstMillis">In a new session, as <c>traillake query</c> has it: no footer is known yet.</param>
/// <param name="AgainMillis">Once more in the same session, as in a notebook.</param>
/// <param name="Files">Files opened, as EXPLAIN ANALYZE tells.</param>
/// <param name="Bytes">Read from files, as the kernel tells.</param>
sealed record Side(double FirstMillis, double AgainMillis, long Files, long Bytes);

/// <summary>Asks the queries in turns, each time in a new session, and holds the answers to each other.</summary>
sealed partial class QueryBench(string lake, string parquet, string? trail, int rounds, int rawRounds)
{
    readonly record struct Answer(long Rows, ulong Sum);

    public List<QueryTimes> Run()
    {
        var times = new List<QueryTimes>();
        foreach (var query in BenchQuery.All(Needles()))
        {
            var (ours, theirs, raw) = (new List<Side>(), new List<Side>(), new List<Side>());
            var answers = new HashSet<Answer>();
            for (var round = 0; round < rounds; round++)
            {
                ours.Add(Time(OpenOurs, query, answers, explain: round == 0));
                theirs.Add(Time(OpenParquet, query, answers, explain: round == 0));
            }
            for (var round = 0; trail is not null && round < rawRounds; round++)
                raw.Add(Time(OpenRaw, query, answers, isRaw: true));
            if (answers.Count != 1)
                throw new BenchException($"{query.Name}: WRONG: the lake, DuckDB's Parquet and the raw JSON give {answers.Count} different answers: {string.Join(", ", answers)}. The query: {query.Sql}");
            times.Add(new(query.Name, query.IsNeedle, Median(ours), Median(theirs), Median(raw)));
            Console.Error.WriteLine($"  {query.Name,-32} {times[^1].Ours.FirstMillis,6:F0} ms, DuckDB's Parquet {times[^1].DuckDb.FirstMillis,6:F0} ms, raw JSON {times[^1].Raw.FirstMillis,6:F0} ms");
        }
        return times;
    }

    // An event in the middle, and a key and an address that few calls came from.
    string[] Needles()
    {
        using var catalog = LakeCatalog.Open(lake);
        return [One("select event_id from events order by event_id limit 1"), One(Rare("user_access_key_id")), One(Rare("source_ip_address"))];

        string Rare(string column) => $"select {column} from events where {column} is not null group by 1 having count(*) between 5 and 50 order by count(*), {column} limit 1";

        string One(string sql)
        {
            using var result = catalog.Query(sql);
            return result.ReadChunk() ? result.Columns[0].GetText(0)! : throw new BenchException($"{lake}: too small for needles: {sql}");
        }
    }

    static Side Time(Func<BenchQuery, (Func<string, DuckDbResult> Query, IDisposable Session)> open, BenchQuery query, HashSet<Answer> answers, bool isRaw = false, bool explain = false)
    {
        var (ask, session) = open(query);
        using (session)
        {
            var before = BytesRead();
            var first = Ask(ask, query, answers);
            var bytes = BytesRead() - before;
            return isRaw ? new(first, double.NaN, 0, bytes) : new(first, Ask(ask, query, answers), explain ? FilesOpened(ask, query) : 0, bytes);
        }
    }

    static double Ask(Func<string, DuckDbResult> ask, BenchQuery query, HashSet<Answer> answers)
    {
        var start = Stopwatch.GetTimestamp();
        var (rows, sum) = (0L, 0UL);
        using (var result = ask(query.Sql))
        {
            while (result.ReadChunk())
            {
                for (var row = 0; row < result.RowCount; row++, rows++)
                {
                    var hash = 0UL;
                    foreach (var column in result.Columns)
                        hash = Checksum.Then(hash, column.GetText(row) is { } text ? Checksum.Of(System.Text.Encoding.UTF8.GetBytes(text)) : 1);
                    sum += hash;
                }
            }
        }
        answers.Add(new(rows, sum));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    (Func<string, DuckDbResult>, IDisposable) OpenOurs(BenchQuery query)
    {
        var catalog = LakeCatalog.Open(lake);
        catalog.Query($"select * from ({query.Sql}) limit 0").Dispose(); // defines the views, and opens no file
        return (sql => catalog.Query(sql), catalog);
    }

    (Func<string, DuckDbResult>, IDisposable) OpenParquet(BenchQuery query) =>
        OpenOther(query, $"select * from read_parquet({DuckDbSql.Text(parquet + "/**/*.parquet")}, hive_partitioning = true, hive_types_autocast = false)", DuckDbTrail.Columns);

    (Func<string, DuckDbResult>, IDisposable) OpenRaw(BenchQuery query) =>
        OpenOther(query, DuckDbTrail.Select(trail + "/**/*.json.gz", query.Columns), query.Columns);

    static (Func<string, DuckDbResult>, IDisposable) OpenOther(BenchQuery query, string source, IReadOnlyList<CloudTrail.Column> columns)
    {
        var duck = DuckDbConnection.OpenInMemory();
        foreach (var setting in SqlLibrary.Settings)
            duck.Execute(setting);
        foreach (var macro in SqlLibrary.Macros)
            duck.Execute(macro.Text);
        duck.Execute(BenchQuery.EventsOver(source, columns));
        foreach (var view in query.Views)
            duck.Execute(view.Text);
        return (sql => duck.Query(sql), duck);
    }

    static long FilesOpened(Func<string, DuckDbResult> ask, BenchQuery query)
    {
        using var result = ask("explain analyze " + query.Sql);
        var plan = string.Concat(result.Rows().Select(row => row[^1]));
        return FilesRead().Matches(plan).Sum(match => long.Parse(match.Groups[1].Value.Replace(",", "", StringComparison.Ordinal)));
    }

    static long BytesRead() => !File.Exists("/proc/self/io") ? 0
        : long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("rchar:", StringComparison.Ordinal))[6..]);

    static Side Median(List<Side> sides) => sides.Count == 0 ? new(double.NaN, double.NaN, 0, 0) : new(
        Statistics.Median(sides.Select(side => side.FirstMillis)), Statistics.Median(sides.Select(side => side.AgainMillis)), sides[0].Files, sides[0].Bytes);

    [GeneratedRegex(@"Total Files Read:[\s│]*([\d,]+)")]
    private static partial Regex FilesRead();
}
