using System.Text;
using System.Text.RegularExpressions;
using TrailLake.CloudTrail;
using TrailLake.Sql;

namespace TrailLake.Report;

/// <summary>What a scan can tell of a view of the CIS set by the view's own text: among which rows it may find something, and which columns its condition is
/// about. The condition is then asked of those rows as it stands, so that the view's text stays its one place.</summary>
/// <param name="Condition">SQL, from <c>where</c> on.</param>
/// <param name="Service">The service whose events it is about; null for all.</param>
/// <param name="Names">The calls that it is about; empty for any.</param>
/// <param name="ErrorWords">What the error code of a row has in it, one of these; empty for any.</param>
/// <param name="IsRoot">It is about root users alone.</param>
/// <param name="Columns">The columns of its condition.</param>
sealed partial record FindingRule(string Condition, string? Service, IReadOnlyList<byte[]> Names, IReadOnlyList<byte[]> ErrorWords, bool IsRoot, IReadOnlyList<Column> Columns)
{
    static readonly string[] Asked = ["user_arn", "recipient_account_id"]; // whose it was

    /// <summary>Reads a view's condition.</summary>
    /// <exception cref="InvalidOperationException">It is of another shape than those of the set; a test sees to that.</exception>
    public static FindingRule Of(SqlDefinition view)
    {
        if (Shape().Match(view.Text) is not { Success: true } condition)
            throw new InvalidOperationException($"{view.Name}: expected `from events where` one of the conditions that the report's scan understands, found another; teach FindingRule.");
        var words = SqlText.Words(condition.Value);
        return new(
            condition.Groups["condition"].Value,
            condition.Groups["service"] is { Success: true } service ? service.Value : null,
            [.. condition.Groups["name"].Captures.Select(name => Encoding.UTF8.GetBytes(name.Value))],
            [.. condition.Groups["word"].Captures.Select(word => Encoding.UTF8.GetBytes(word.Value))],
            condition.Groups["root"].Success,
            [.. CloudTrail.Columns.Of(LakeTable.Events).Where(column => words.Contains(column.Name) || Asked.Contains(column.Name)).Select(Supported)]);
    }

    static Column Supported(Column column) => column.Type is ColumnType.Text or ColumnType.Json or ColumnType.Boolean or ColumnType.BooleanText
        ? column
        : throw new InvalidOperationException($"{column.Name}: expected a condition about texts and booleans alone; teach FindingRows.");

    // The first line decides, or the first two; each line after it narrows what they leave.
    [GeneratedRegex("""
        ^from\ events\n
        (?<condition>where\ (?:
            service\ =\ '(?<service>[a-z0-9-]+)'\n\ {4}and\ event_name\ (?:=\ '(?<name>\w+)' | in\ \((?:\s*'(?<name>\w+)',?)+\s*\))
            | (?<root>is_root)
            | \(error_code\ like\ '%?(?<word>[A-Za-z]+)%?'(?:\ or\ error_code\ like\ '%?(?<word>[A-Za-z]+)%?')*\)
        )
        (?:\n\ {4}and\ [^\n]+)*)\s*\z
        """, RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
