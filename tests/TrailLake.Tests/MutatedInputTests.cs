using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace TrailLake.Tests;

/// <summary>Good log files with random faults, through the whole job.</summary>
public sealed class MutatedInputTests
{
    static readonly Config Fixed = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithReplay(20241105, 7).WithMaxTest(60);

    /// <summary>What bytes are put in a file: those that mean most to JSON, to UTF-8, to gzip, and any.</summary>
    static readonly byte[][] Faults = [.. new[] { "{", "}", "[", "]", "\"", "\\", ",", ":", "\n", "\0", "null", "{}", "\"Records\":[", "{\"eventVersion\":", "]}{\"Records\":[", "\u00ff", "\u00c3", "\u001f\u008b" }.Select(Encoding.Latin1.GetBytes)];

    public sealed record Fault(int File, int At, int Cut, int Insert);

    static Gen<Fault> AnyFault =>
        from file in Gen.Choose(0, 3)
        from at in Gen.Choose(0, int.MaxValue)
        from cut in Gen.Elements(0, 0, 1, 2, 30, 400, 100_000)
        from insert in Gen.Choose(-5, Faults.Length - 1)
        select new Fault(file, at, cut, insert);

    [Fact]
    public void Random_faults_cost_only_the_records_that_they_touch() =>
        Check.One(Fixed, Prop.ForAll(Arb.From(Gen.ListOf(AnyFault)), faults => Run([.. faults.Take(6)])));

    [Fact]
    public void One_wrong_byte_costs_only_the_record_that_holds_it() =>
        Check.One(Fixed, Prop.ForAll(Arb.From(Gen.ListOf(AnyFault, 12)), faults =>
        {
            using var lake = new TestLake();
            var expected = new List<string>();
            foreach (var (fault, i) in faults.Select((fault, i) => (fault, i)))
            {
                var (bytes, spans) = Write(fault.File % 2 * 2, i);
                var touched = fault.At % spans.Count;
                var start = touched == 0 ? 12 : spans[touched - 1].End + 2;
                var at = start + fault.At % (spans[touched].End - 1 - start);
                var insert = fault.Insert < 0 ? [] : Faults[fault.Insert][..1];
                lake.Put($"{i:00} byte {at} of record {touched}.json", [.. bytes[..at], .. insert, .. bytes[(at + Math.Min(fault.Cut, 1))..]]);
                expected.AddRange(spans.Select(span => span.Id).Where((_, n) => n != touched));
            }
            var report = lake.Run();
            Assert.True(report.IsExact);
            Assert.Empty(expected.Except(lake.Rows("select event_id from events").Select(row => row[0]!)));
        }));

    static void Run(Fault[] faults)
    {
        using var lake = new TestLake();
        var untouched = new List<string>();
        for (var file = 0; file < 5; file++) // the last is never touched
        {
            var (bytes, spans) = Write(file);
            var isGzip = file is 1 or 3;
            var stored = isGzip ? TestLake.Gzip(bytes) : bytes;
            var first = stored.Length;
            foreach (var fault in faults.Where(fault => fault.File == file))
            {
                var at = fault.At % (stored.Length + 1);
                first = Math.Min(first, at);
                stored = [.. stored[..at], .. fault.Insert < 0 ? [] : Faults[fault.Insert], .. stored[Math.Min(stored.Length, at + fault.Cut)..]];
            }
            lake.Put($"{file}.json", stored);
            // Of gzip nothing is sure behind a fault, nor how far before it; of JSON what ends before it.
            var isTouched = faults.Any(fault => fault.File == file);
            untouched.AddRange(spans.Where(span => !isTouched || (!isGzip && span.End < first)).Select(span => span.Id));
        }
        var report = lake.Run();
        Assert.True(report.IsExact);
        Assert.Equal(0, report.ConflictingEventIds);
        Assert.Equal(report.RecordsWritten.ToString(), lake.Scalar("select count(*) from events"));
        Assert.Empty(untouched.Except(lake.Rows("select event_id from events").Select(row => row[0]!)));
        Assert.Equal(report.RecordsQuarantined.ToString(), lake.Scalar("select count(*) from quarantine where source_index is not null"));
        Assert.Equal((5, 0), (lake.Run().ObjectsAlreadyIngested, lake.Run().RecordsRead));
    }

    static (byte[] Bytes, List<(string Id, int End)> Records) Write(int file, int batch = 0)
    {
        var text = new StringBuilder(file == 2 ? "" : "{\"Records\":[");
        var spans = new List<(string, int)>();
        for (var i = 0; i < 8; i++)
        {
            var id = batch * 1000 + file * 100 + i;
            text.Append(i == 0 ? "" : file == 2 ? "\n" : ",").Append(TestLake.Record(id, $"\"userIdentity\":{{\"type\":\"Root\",\"n\":[{id},{{}}]}},\"errorMessage\":\"a \\\"{id}\\\" é\""));
            spans.Add(($"00000000-0000-0000-0000-{id:000000000000}", Encoding.UTF8.GetByteCount(text.ToString())));
        }
        return (Encoding.UTF8.GetBytes(text.Append(file == 2 ? "\n" : "]}").ToString()), spans);
    }
}
