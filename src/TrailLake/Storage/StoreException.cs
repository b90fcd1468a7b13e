namespace TrailLake.Storage;

/// <summary>A store did not do what it was asked. The message names the object, what was found and what to do.</summary>
public sealed class StoreException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>It is so of everything there: no other object can be read or written either.</summary>
    public bool IsOfPlace { get; init; }

    /// <summary>The object is not there any more as it was listed: it is gone, or another one has its place.</summary>
    public bool IsStale { get; init; }

    /// <summary>No place can be named so: the call is wrong, and stays so however often it is run.</summary>
    public bool IsMisnamed { get; init; }

    /// <summary>The object lies in an archive, and cannot be read before somebody restores it.</summary>
    public bool IsArchived { get; init; }

    const int DiskFullUnix = 28; // ENOSPC
    const int QuotaUnix = 122; // EDQUOT
    const int ReadOnlyUnix = 30; // EROFS
    const int DiskFullWindows = unchecked((int)0x80070070);

    internal static StoreException From(Exception cause, string verb, string location) => cause switch
    {
        StoreException known => known,
        UnauthorizedAccessException => new($"{location}: cannot {verb} it: permission denied; grant it to the user that runs this, or name another place.", cause),
        FileNotFoundException or DirectoryNotFoundException => new($"{location}: cannot {verb} it: it does not exist; check the path.", cause) { IsStale = true },
        PathTooLongException => new($"{location}: cannot {verb} it: its name is too long for this file system.", cause),
        IOException { HResult: DiskFullUnix or DiskFullWindows } => new($"{location}: cannot {verb} it: the disk is full; free some space and run again.", cause),
        IOException { HResult: QuotaUnix } => new($"{location}: cannot {verb} it: your quota of this disk is used up; free some space and run again.", cause),
        ArgumentOutOfRangeException => // so .NET names EFBIG
            new($"{location}: cannot {verb} it: it would be larger than a file may be here; raise the limit (`ulimit -f`) or take another disk, and run again.", cause),
        IOException { HResult: ReadOnlyUnix } => new($"{location}: cannot {verb} it: the disk is read-only; name another place.", cause),
        _ => new($"{location}: cannot {verb} it: {cause.Message}", cause),
    };

    internal static bool Explains(Exception cause) => cause is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };
}
