using System.Diagnostics;
using TrailLake.DuckDb;

namespace TrailLake.Sql;

/// <summary>The attempts at one query of a lake on disk: it is asked again where a merge has replaced or removed a file under it.</summary>
/// <remarks>
/// DuckDB lists the files, opens each for its footer, and again for its pages. A file that is gone by then was merged just before, which no
/// file's damage looks like, so that the query is asked as long as a merge may take. Where a file was replaced between footer and pages the two do not go together
/// ("don't know what type", "Could not read enough bytes"); so does a file that is damaged, which says so at the last attempt. Other files than the lake's,
/// such as those that a query spills to a full disk, are asked for once.
/// </remarks>
sealed class QueryAttempts(string lake)
{
    const int Max = 4;

    /// <summary>While files vanish, a merge goes on; so long it is waited for.</summary>
    static readonly TimeSpan MaxMerge = TimeSpan.FromSeconds(30);

    static readonly string[] DecodingErrors = ["Invalid Error", "TProtocolException", "ZSTD Decompression failure"];

    readonly long _begun = Stopwatch.GetTimestamp();
    int _failed;

    /// <summary>True where the query may succeed when it is asked once more, which lists the files again.</summary>
    public bool MayGoOn(DuckDbException failure)
    {
        _failed++;
        return IsOfVanishedFile(failure) ? Stopwatch.GetElapsedTime(_begun) < MaxMerge : IsOfReplacedFile(failure) && _failed < Max;
    }

    /// <summary>How long to wait before that, a little longer each time, so that more of what is merged has settled: 20 to 200 ms.</summary>
    public TimeSpan Pause => TimeSpan.FromMilliseconds(Math.Min(10 << Math.Min(_failed, 5), 200));

    // When it is opened, or when the query is planned.
    bool IsOfVanishedFile(DuckDbException failure) => IsOfLakeFile(failure)
        && (failure.Message.EndsWith("No such file or directory", StringComparison.Ordinal) || failure.Message.Contains("No files found that match", StringComparison.Ordinal));

    bool IsOfReplacedFile(DuckDbException failure) => IsOfLakeFile(failure) || DecodingErrors.Any(kind => failure.Message.StartsWith(kind, StringComparison.Ordinal));

    bool IsOfLakeFile(DuckDbException failure) => failure.Message.StartsWith("IO Error", StringComparison.Ordinal) && failure.Message.Contains(lake, StringComparison.Ordinal);
}
