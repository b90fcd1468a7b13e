using System.Globalization;
using System.Text;

namespace TrailLake.Tests.Sql.Answers;

/// <summary>What a view must answer on the sample lake, worked out from the records in C#.</summary>
/// <param name="View">The view.</param>
/// <param name="Columns">Its columns, in order.</param>
/// <param name="Rows">Its rows, in any order.</param>
/// <param name="NearMisses">What is nearly meant: an event meets the condition, and no row of the view does. Where the two have other columns: "condition on events => condition on the view".</param>
sealed record Answer(string View, string[] Columns, List<object?[]> Rows, params string[] NearMisses)
{
    /// <summary>The content of Expected/VIEW.csv.</summary>
    public string Csv()
    {
        var lines = Rows.Select(row =>
        {
            Assert.Equal(Columns.Length, row.Length);
            return string.Join(',', row.Select(Cell));
        });
        return string.Concat(lines.Order(StringComparer.Ordinal).Prepend(string.Join(',', Columns)).Select(line => line + "\n"));
    }

    // As DuckDB spells a value that is cast to text; NULL is an empty field, an empty text is "".
    static string Cell(object? value)
    {
        var text = value switch
        {
            null => null,
            string words => words,
            bool flag => flag ? "true" : "false",
            DateTime time => time.ToString(time.Millisecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
            double number => number.ToString(double.IsInteger(number) ? "0.0" : "R", CultureInfo.InvariantCulture).ToLowerInvariant(),
            IFormattable whole => whole.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new ArgumentException($"No spelling for {value.GetType()}."),
        };
        if (text is null)
            return "";
        return text.Length == 0 || text.AsSpan().ContainsAny(",\"\n\r") ? new StringBuilder(text).Replace("\"", "\"\"").Insert(0, '"').Append('"').ToString() : text;
    }
}
