using System.Buffers;
using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Tests.Lossless;
using Way = TrailLake.Tests.CloudTrail.FlatRecord.Way;

namespace TrailLake.Tests.CloudTrail;

/// <summary>Records of chance, of every name that has a column and some that have none, with values of every kind in every place.</summary>
public sealed class RandomRecordTests
{
    static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1.50E+2", "1710000000", "\"\"", "\"x\"", "\"true\"", "\"fal\\u0073e\"", "\"caf\u00e9 \\\"\\n\\/\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"",
        "\"Root\"", "\"AWSService\"", "\"ASIAEXAMPLE\"", "\"Insight\"", "\"Aggregated\"", "\"s3.amazonaws.com\"", "\"0f0e0d0c-1111-2222-3333-444455556666\"", "\"0F0E0D0C-1111-2222-3333-444455556666\"",
        "\"2024-01-31T10:00:00Z\"", "\"2024-01-31T10\\u003a00:00Z\"", "\"20240131T100000Z\"", "\"2024-01-31T10:00:00.5+02:00\"", "\"0001-01-01T00:00:00Z\"",
        "{}", "[]", "{ }", "[ 1 ,\t2 ]", "{\"a\":[{\"b\":\"c }\"},[]],\"a\":null}", "[{\"ARN\":\"x\",\"type\":\"\\ud800\"}]",
    ];

    static readonly string[] Strange = ["", "new", "$new", "$absent", "$$", "eventtime", "a.b", "caf\u00e9", "a\\ud800", "$\\udc00", "q\\\"\\\\", "detail", "Records"];

    [Fact]
    public void Both_readers_read_a_record_alike_and_the_writer_gives_it_back()
    {
        var random = new Random(20261201);
        var (rows, fast) = (0, 0);
        for (var round = 0; round < 30_000; round++)
        {
            var table = random.Next(10) switch { 0 => LakeTable.Insights, 1 => LakeTable.Aggregates, _ => LakeTable.Events };
            var json = Object(PathMatcher.Of(table), random, random.Next(2) == 0 ? "" : " ");
            var record = Encoding.UTF8.GetBytes(json);
            var careful = FlatRecord.Read(record, Way.Careful, out _);
            if (FlatRecord.Read(record, Way.Fast, out _) is { } found)
            {
                fast++;
                Assert.True(careful?.ToString() == found.ToString(), $"{json}\nfast: {found}\ncareful: {careful}");
            }
            if (careful is null)
                continue;
            rows++;
            Assert.True(JsonMeaning.Of(record) == JsonMeaning.Of(Written(careful)), $"{json}\n{careful}\n{Encoding.UTF8.GetString(Written(careful))}");
        }
        Assert.InRange(rows, 10_000, 30_000);
        Assert.InRange(fast, 1_000, 30_000);
    }

    static string Object(PathMatcher container, Random random, string space)
    {
        var often = random.Next(3); // few properties, some, or many
        var members = container.Children.Where(_ => random.Next(4) <= often).Select(child => (Name: Encoding.UTF8.GetString(child.Name), Value: ValueOf(child, random, space))).ToList();
        if (container.Path.Length == 0)
        {
            foreach (var (name, value) in new[] { ("eventTime", "\"2024-01-31T10:00:00Z\""), ("requestParameters", "null"), ("responseElements", "{\"a\":1}") })
            {
                if (random.Next(12) > 0)
                {
                    members.RemoveAll(member => member.Name == name);
                    members.Add((name, value));
                }
            }
        }
        if (random.Next(4) == 0)
            members.AddRange(Strange.Where(name => random.Next(6) == 0).Select(name => (name, Values[random.Next(Values.Length)])));
        if (random.Next(3) == 0)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(members));
        return "{" + string.Join("," + space, members.Select(member => $"\"{Spelled(member.Name, random)}\"{space}:{space}{member.Value}")) + "}";
    }

    static string Spelled(string name, Random random) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && random.Next(60) == 0 ? $"\\u{(int)name[0]:x4}{name[1..]}" : name;

    static string ValueOf(PathMatcher child, Random random, string space)
    {
        if (child.IsContainer && random.Next(8) > 0)
            return Object(child, random, space);
        var usual = child.IsContainer ? "{}" : Columns.All[child.ColumnOrdinal].Type switch
        {
            ColumnType.Text => "\"text\"",
            ColumnType.Boolean => "true",
            ColumnType.BooleanText => "\"false\"",
            ColumnType.Timestamp => "\"2024-01-31T10:00:00Z\"",
            _ => "{\"a\":[1,\"b\"]}",
        };
        return random.Next(12) > 0 ? usual : Values[random.Next(Values.Length)];
    }

    static byte[] Written(FlatRecord flat)
    {
        var writer = new RecordWriter(flat.Table);
        for (var ordinal = 0; ordinal < writer.TableColumns.Length; ordinal++)
        {
            var column = writer.TableColumns[ordinal];
            if (flat[column.Name] is { } value && (!column.IsDerived || column.CompletesRecord))
                Set(writer, ordinal, column, value);
        }
        var output = new ArrayBufferWriter<byte>();
        writer.Write(output);
        return output.WrittenSpan.ToArray();
    }

    static void Set(RecordWriter writer, int ordinal, Column column, object value)
    {
        var utf8 = value is string text ? Encoding.UTF8.GetBytes(text) : [];
        switch (value)
        {
            case long millis: writer.SetTimestamp(ordinal, millis); break;
            case bool flag: writer.SetBoolean(ordinal, flag); break;
            case string when column.Name == "extra": writer.SetExtra(utf8); break;
            case string when column.Name == "empty_objects": writer.SetEmptyObjects(utf8); break;
            case string when column.Type == ColumnType.Json: writer.SetJson(ordinal, utf8); break;
            default: writer.SetText(ordinal, utf8); break;
        }
    }
}
