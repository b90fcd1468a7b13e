using System.Net;
using System.Text.RegularExpressions;
using Amazon.Runtime;

namespace TrailLake.Athena;

/// <summary>Failures of Athena in words that say what to do. Its own words are kept: they name the table, the line or the right that is missing.</summary>
static partial class AthenaAdvice
{
    // Athena user guide, "Troubleshooting in Athena".
    static readonly (string Sign, string Advice)[] Known =
    [
        ("Incorrect fileSize", "A file was replaced while the query read it, as an ingest does; run it again."),
        ("HIVE_CURSOR_ERROR", "A file went while the query read it; run it again."),
        ("View is stale", "A table has changed since; `traillake athena deploy` makes the views again."),
        ("TABLE_NOT_FOUND", "`traillake athena deploy` makes the lake's tables and views; --database says where they are."),
        ("does not exist", "`traillake athena deploy` makes the lake's tables and views; --database says where they are."),
        ("COLUMN_NOT_FOUND", "`traillake views LAKE --show NAME` prints a view's columns, sql/columns.md has those of the tables."),
        ("FUNCTION_NOT_FOUND", "Athena knows fewer functions than DuckDB; sql/README.md tells which both have."),
        ("TYPE_MISMATCH", "Athena converts nothing by itself; write a cast."),
        ("SYNTAX_ERROR", "Athena reads Trino's SQL; DuckDB, which is more forgiving, may have taken it."),
        ("exhausted resources", "Filter event_date, service or region, so that less is read at once."),
        ("Unable to verify/create output bucket", "--output must be a bucket that is there, in this region, and may be written to."),
        ("HIVE_BAD_DATA", "A file and its declared type do not go together; `traillake verify` finds a damaged file."),
    ];

    /// <summary>A query that failed or was cancelled.</summary>
    public static AthenaException Of(QueryExecution query)
    {
        var reason = query.Status?.StateChangeReason ?? query.Status?.AthenaError?.ErrorMessage ?? "Athena gives no reason";
        var isCancelled = query.Status?.State == "CANCELLED";
        var advice = isCancelled ? null
            : OfDuckDb().IsMatch(reason) ? "quarantine, ingest_runs and ingested_objects are DuckDB's alone: `traillake query` has them."
            : Known.FirstOrDefault(known => reason.Contains(known.Sign, StringComparison.OrdinalIgnoreCase)).Advice
            ?? (query.Status?.AthenaError?.Retryable == true ? "Athena says that it may succeed when it is run again." : null);
        return new($"query {query.QueryExecutionId} {(isCancelled ? "was cancelled" : "failed")}: {reason.TrimEnd().TrimEnd('.')}.{(advice is null ? "" : $" {advice}")}");
    }

    /// <summary>A call that was refused, or never answered.</summary>
    /// <param name="what">What the call was about.</param>
    /// <param name="failure">The SDK's exception.</param>
    public static AthenaException Of(string what, Exception failure)
    {
        var (status, code) = failure is AmazonServiceException service ? (service.StatusCode, service.ErrorCode ?? "") : (0, "");
        var advice = (status, code) switch
        {
            (_, "ExpiredTokenException" or "ExpiredToken") => "The credentials have expired; get new ones (`aws sso login`, or another session).",
            (_, "UnrecognizedClientException" or "InvalidSignatureException" or "IncompleteSignature") => "AWS does not accept the credentials; check them, --profile and --region.",
            (_, "AccessDeniedException") => "Grant the right; docs/athena.md lists those that are needed.",
            (_, "TooManyRequestsException" or "ThrottlingException") => "Too much runs at once in this account and region; run it again later.",
            (_, "InvalidRequestException" or "MetadataException") => "",
            (HttpStatusCode.Forbidden, _) => "Grant the right; docs/athena.md lists those that are needed.",
            (0, _) when failure.Message.Contains("SSO", StringComparison.Ordinal) || failure.Message.Contains("This type of profile", StringComparison.Ordinal) => "A login by SSO may have run out: `aws sso login`.",
            (0, _) => "Credentials come from the environment, --profile, SSO or the machine's role, the address from --region or AWS_ENDPOINT_URL_ATHENA; `aws sts get-caller-identity` shows whether AWS can be reached.",
            _ => "Run it again.",
        };
        return new($"{what}: {failure.Message.TrimEnd().TrimEnd('.')}{(code.Length == 0 || failure.Message.Contains(code, StringComparison.Ordinal) ? "" : $" ({code})")}. {advice}".TrimEnd(), failure);
    }

    // What the runs wrote down is no table on Athena.
    [GeneratedRegex(@"\b(quarantine|ingest_runs|ingested_objects)\b.*does not exist", RegexOptions.IgnoreCase)]
    private static partial Regex OfDuckDb();
}
