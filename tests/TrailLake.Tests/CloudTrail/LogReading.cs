using System.Text;
using System.Text.Json;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

/// <summary>Reads a log file to its end as an ingest does, and keeps what came out in a form that is easy to compare.</summary>
sealed class LogReading
{
    LogReading()
    {
    }

    /// <summary>The good records, as their bytes.</summary>
    public List<string> Records { get; } = [];

    /// <summary>Where each good record begins in the unzipped file.</summary>
    public List<long> Offsets { get; } = [];

    /// <summary>Records that were given and that are no JSON.</summary>
    public List<string> Broken { get; } = [];

    public List<Problem> Problems { get; } = [];
    public long RecordsRead { get; private set; }
    public LogKind? PassedOver { get; private set; }
    public long TrailingBytes { get; private set; }

    /// <summary>In the file's order: the eventID of a record, <c>!reason</c> of a broken one; then <c>(reason)</c> of the object.</summary>
    public string Outline
    {
        get
        {
            var ofRecords = _outline.Concat(Problems.Where(problem => problem.IsRecord).Select(problem => (problem.Index, Text: "!" + problem.Reason)))
                .OrderBy(item => item.Index).ToList();
            Assert.Equal(ofRecords.Count, ofRecords.Select(item => item.Index).Distinct().Count());
            var ofObject = Problems.Where(problem => !problem.IsRecord).Select(problem => $"({problem.Reason})");
            return string.Join(' ', ofRecords.Select(item => item.Text).Concat(ofObject));
        }
    }

    readonly List<(long Index, string Text)> _outline = [];

    public static LogReading Of(byte[] stored, int windowBytes = LogFile.DefaultWindowBytes, long maxObjectBytes = LogFile.DefaultMaxObjectBytes)
    {
        using var file = new LogFile(windowBytes, maxObjectBytes);
        return Of(file, stored);
    }

    public static LogReading Of(LogFile file, byte[] stored)
    {
        var reading = new LogReading();
        using var stream = new MemoryStream(stored);
        file.Open(stream, "a-key");
        while (file.NextWindow())
        {
            while (file.NextRecord(out var record))
            {
                if (EventId(record.Json) is { } id)
                {
                    reading.Records.Add(Encoding.Latin1.GetString(record.Json)); // each byte one letter, whatever it is
                    reading.Offsets.Add(record.Offset);
                    reading._outline.Add((record.Index, id));
                }
                else if (!file.TakeBack(record))
                {
                    reading.Broken.Add(Encoding.Latin1.GetString(record.Json));
                    reading._outline.Add((record.Index, "!invalid"));
                }
            }
            reading.Problems.AddRange(file.Problems);
        }
        Assert.Empty(file.Problems);
        Assert.False(file.NextWindow());
        reading.RecordsRead = file.RecordsRead;
        reading.PassedOver = file.PassedOver;
        reading.TrailingBytes = file.TrailingBytes;
        Assert.Equal(reading.RecordsRead, reading.Records.Count + reading.Broken.Count + reading.Problems.Count(problem => problem.IsRecord));
        return reading;
    }

    // What a strict reader finds: null if this is no JSON object.
    static string? EventId(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
            var id = "-";
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("eventID"u8))
                {
                    reader.Read();
                    id = reader.TokenType == JsonTokenType.String ? Encoding.Latin1.GetString(reader.ValueSpan) : id;
                }
            }
            return id;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
