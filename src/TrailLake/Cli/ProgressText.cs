using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TrailLake.Cli;

/// <summary>How far work is, as a line for eyes and as a line of JSON.</summary>
static class ProgressText
{
    const int BarWidth = 20;

    /// <summary>A line of at most so many columns: what matters least is left out first.</summary>
    /// <param name="hasColour">False where NO_COLOR asks for none.</param>
    public static string Line(in WorkState state, int width, bool hasColour)
    {
        var parts = new List<(int Rank, string Text)> { (0, state.Step) };
        if (state.Fraction is { } done)
            parts.AddRange([(4, Bar(done)), (1, $"{Math.Floor(done * 100),3} %")]);
        if (state.Objects + state.ObjectsTotal > 0)
            parts.Add((3, state.ObjectsTotal > 0 ? $"{state.Objects:N0}/{state.ObjectsTotal:N0} {state.Unit}" : $"{state.Objects:N0} {state.Unit}"));
        if (state.Records > 0)
            parts.Add((5, $"{state.RecordsPerSecond:N0} records/s"));
        if (state.Bytes + state.BytesTotal > 0)
            parts.Add((6, state.BytesTotal > 0 ? $"{StatusText.Size(state.Bytes)}/{StatusText.Size(state.BytesTotal)}" : StatusText.Size(state.Bytes)));
        if (state.Left is { } left && state.Fraction < 1)
            parts.Add((2, $"{Clock(left)} left"));
        if (state.Note.Length > 0)
            parts.Add((7, state.Note));
        while (parts.Count > 1 && parts.Sum(part => part.Text.Length + 2) - 2 > width)
            parts.Remove(parts.MaxBy(part => part.Rank));
        var line = string.Join("  ", parts.Select(part => part.Text));
        line = line.Length > width ? line[..Math.Max(0, width)] : line;
        return hasColour && line.IndexOf('█') is >= 0 and var bar ? $"{line[..bar]}\x1b[36m{line[bar..(bar + BarWidth)]}\x1b[0m{line[(bar + BarWidth)..]}" : line;
    }

    /// <summary>The same as one JSON object; sizes in bytes, times in seconds, totals only where they are known.</summary>
    public static string Json(in WorkState state)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("step", state.Step);
            if (state.Note.Length > 0)
                json.WriteString("note", state.Note);
            if (state.Unit.Length > 0)
                WriteCounts(json, state);
            if (state.Fraction is { } done)
                json.WriteNumber("percent", Math.Round(100 * done, 1));
            json.WriteNumber("seconds", Math.Round(state.Elapsed.TotalSeconds, 1));
            if (state.Left is { } left)
                json.WriteNumber("seconds_left", Math.Round(left.TotalSeconds, 1));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static void WriteCounts(Utf8JsonWriter json, in WorkState state)
    {
        json.WriteString("unit", state.Unit);
        json.WriteNumber("objects", state.Objects);
        if (state.ObjectsTotal > 0)
            json.WriteNumber("objects_total", state.ObjectsTotal);
        json.WriteNumber("records", state.Records);
        json.WriteNumber("records_per_second", Math.Round(state.RecordsPerSecond));
        json.WriteNumber("bytes", state.Bytes);
        if (state.BytesTotal > 0)
            json.WriteNumber("bytes_total", state.BytesTotal);
    }

    static string Bar(double done) => new string('█', Math.Max(1, (int)(done * BarWidth))).PadRight(BarWidth, '░');

    static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
}
