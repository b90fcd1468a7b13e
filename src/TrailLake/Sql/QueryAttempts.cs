using System.Diagnostics;
using TrailLake.DuckDb;

namespace TrailLake.Sql;

/// <summary>The attempts at one query of a lake on disk: it is asked again where a merge has replaced or removed a file under it.</summary>
/// <param name="lake">The lake's folder.</param>
/// <param name="stateOfFiles">Tells another state of the files that the query reads by another number.</param>
/// <remarks>
/// DuckDB opens each file that is listed for its footer, and again for its pages. A file that is gone by then was merged just before, which no
/// file's damage looks like. Where a file was replaced between footer and pages the two do not go together ("don't know what type", "Could not read
/// enough bytes"), which is just what damage looks like: that is what it is where no file changed during another attempt. Other files than the
/// lake's, such as those that a query spills to a full disk, are asked for once.
/// </remarks>
sealed class QueryAttempts(string lake, Func<int> stateOfFiles)
{
    /// <summary>While files vanish or change, a merge goes on; so long it is waited for.</summary>
    static readonly TimeSpan MaxMerge = TimeSpan.FromSeconds(30);

    static readonly string[] DecodingErrors = ["Invalid Error", "TProtocolException"];

    readonly long _begun = Stopwatch.GetTimestamp();
    int _failed;
    int? _state; // of the files, when it failed last

    /// <summary>True where the query may succeed when it is asked once more, which lists the files again.</summary>
    public bool MayGoOn(DuckDbException failure)
    {
        _failed++;
        return Stopwatch.GetElapsedTime(_begun) < MaxMerge && (IsOfVanishedFile(failure) || (IsOfReplacedFile(failure) && HaveFilesChanged()));
    }

    // Unknown after the first failure, so that even damage is looked at twice.
    bool HaveFilesChanged()
    {
        var last = _state;
        _state = stateOfFiles();
        return last != _state;
    }

    /// <summary>How long to wait before that, a little longer each time, so that more of what is merged has settled: 20 to 200 ms.</summary>
    public TimeSpan Pause => TimeSpan.FromMilliseconds(Math.Min(10 << Math.Min(_failed, 5), 200));

    // When it is opened, or when the query is planned.
    bool IsOfVanishedFile(DuckDbException failure) => failure.Message.StartsWith("IO Error", StringComparison.Ordinal) && IsOfLakeFile(failure)
        && (failure.Message.EndsWith("No such file or directory", StringComparison.Ordinal) || failure.Message.Contains("No files found that match", StringComparison.Ordinal));

    bool IsOfReplacedFile(DuckDbException failure) => IsOfLakeFile(failure) || DecodingErrors.Any(kind => failure.Message.StartsWith(kind, StringComparison.Ordinal));

    bool IsOfLakeFile(DuckDbException failure) => failure.Message.Contains(lake, StringComparison.Ordinal);
}
