using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TrailLake.DuckDb;

namespace TrailLake.Sql;

/// <summary>A view that is made of what a lake holds: one service's calls, with its request and response fields as typed columns.</summary>
/// <param name="Name">The view's name.</param>
/// <param name="Service">The service, as the column <c>service</c> has it.</param>
/// <param name="Events">Events that were looked at.</param>
/// <param name="Columns">Columns that the view has.</param>
/// <param name="FieldsLeftOut">Fields that were seen and have no column.</param>
/// <param name="Text">The statement, in Athena's spelling.</param>
sealed record ServiceView(string Name, string Service, long Events, int Columns, int FieldsLeftOut, string Text)
{
    const int MostColumns = 300;

    // Athena takes a statement of 262,144 bytes.
    const int LongestText = 200_000;

    const int LongestName = 128;

    static readonly ImmutableArray<string> Envelope =
    [
        "event_date", "region", "service", "event_time", "event_id", "event_name", "event_type", "recipient_account_id",
        "user_type", "user_name", "user_arn", "user_access_key_id", "user_invoked_by", "session_issuer_arn",
        "source_ip_address", "user_agent", "vpc_endpoint_id", "read_only", "is_error", "error_code", "error_message", "request_id", "resource_arns",
    ];

    /// <summary>Renders the view of one service.</summary>
    /// <param name="name">The view's name.</param>
    /// <param name="service">The service.</param>
    /// <param name="events">Its events.</param>
    /// <param name="request">What their <c>request_parameters</c> hold.</param>
    /// <param name="response">What their <c>response_elements</c> hold.</param>
    public static ServiceView Render(string name, string service, long events, SeenFields request, SeenFields response)
    {
        var fields = Named("request", "request_parameters", request).Concat(Named("response", "response_elements", response))
            .OrderByDescending(field => field.Seen.Shown).ThenBy(field => field.Name, StringComparer.Ordinal).ToList();
        var lines = new List<string>();
        var length = 0;
        foreach (var field in fields.Take(MostColumns - Envelope.Length))
        {
            var line = $"    {Expression(field.Document, field.Path, field.Seen)} as {field.Name}";
            if ((length += Encoding.UTF8.GetByteCount(line) + 32) > LongestText)
                break;
            lines.Add(line);
        }

        var text = new StringBuilder();
        text.Append($"-- Which calls of {Comment(service)} were made, with which request and response fields?\n");
        text.Append("-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field; arrays are JSON text.\n");
        text.Append($"-- Made by `traillake views LAKE --generate` of {Number(events)} events: {Number(fields.Count)} fields, {Number(lines.Count)} of them columns, the most frequent first; the number behind one tells in how many events it has a value.\n");
        if (request.PassedOver + response.PassedOver is > 0 and var passedOver)
            text.Append($"-- {Number(passedOver)} values more stand under keys that no JSON path can spell, or are more than are counted.\n");
        text.Append($"create or replace view {name} as\nselect\n");
        text.AppendJoin(",\n", Envelope.Select(column => "    " + column));
        for (var index = 0; index < lines.Count; index++)
            text.Append(index == 0 ? ",\n\n" : "").Append(lines[index]).Append(index < lines.Count - 1 ? "," : "").Append($" -- {Number(fields[index].Seen.Shown)}\n");
        text.Append(lines.Count == 0 ? "\n" : "").Append($"from events\nwhere service = {DuckDbSql.Text(service)}\n");
        return new(name, service, events, Envelope.Length + lines.Count, fields.Count - lines.Count, text.ToString());
    }

    /// <summary>A name as SQL has it bare: <c>x-amz-acl</c>, <c>DBInstanceClass</c> become <c>x_amz_acl</c>, <c>db_instance_class</c>.</summary>
    public static string SnakeCase(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var index = 0; index < name.Length; index++)
        {
            var letter = name[index];
            var isWordsStart = index > 0 && char.IsAsciiLetterUpper(letter)
                && (char.IsAsciiLetterLower(name[index - 1]) || char.IsAsciiDigit(name[index - 1]) || (index + 1 < name.Length && char.IsAsciiLetterLower(name[index + 1])));
            if ((isWordsStart || !char.IsAsciiLetterOrDigit(letter)) && snake.Length > 0 && snake[^1] != '_')
                snake.Append('_');
            if (char.IsAsciiLetterOrDigit(letter))
                snake.Append(char.ToLowerInvariant(letter));
        }

        return snake.ToString().TrimEnd('_');
    }

    /// <summary>A name that none of the others has: with a number behind it where it must.</summary>
    public static string Unused(string name, ISet<string> taken)
    {
        name = name.Length > LongestName ? name[..LongestName] : name;
        var unused = name;
        for (var copy = 2; !taken.Add(unused); copy++)
            unused = $"{name}_{copy}";
        return unused;
    }

    // In the order of their paths and not of their frequency, so that a name stays when another day is added.
    static List<(string Name, string Document, string Path, SeenField Seen)> Named(string prefix, string document, SeenFields fields)
    {
        var taken = new HashSet<string>(Envelope, StringComparer.Ordinal);
        return [.. fields.Fields.Where(field => field.Value.IsColumn).OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => (Unused(SnakeCase($"{prefix}_{field.Key}"), taken), document, field.Key, field.Value))];
    }

    // A type holds for what was seen; what comes later and does not fit it is NULL, and never an error.
    static string Expression(string document, string path, SeenField seen)
    {
        var literal = DuckDbSql.Text(path);
        var scalar = $"json_extract_scalar({document}, {literal})";
        var json = $"nullif(json_format(json_extract({document}, {literal})), 'null')";
        return seen switch
        {
            { HasJson: true, HasText: false, HasBoolean: false, HasInteger: false, HasFraction: false } => json,
            { HasJson: true } => $"coalesce({scalar}, {json})",
            { HasBoolean: true, HasText: false, HasInteger: false, HasFraction: false } => $"case {scalar} when 'true' then true when 'false' then false end",
            { HasFraction: true, HasText: false, HasBoolean: false } => $"try_cast({scalar} as double)",
            { HasInteger: true, HasText: false, HasBoolean: false } => $"try_cast(regexp_extract({scalar}, '^-?[0-9]+$') as bigint)",
            _ => scalar,
        };
    }

    static string Comment(string text) => string.Concat(text.Select(letter => char.IsControl(letter) || letter == '?' ? ' ' : letter));

    static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
