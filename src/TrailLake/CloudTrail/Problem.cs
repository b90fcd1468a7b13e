namespace TrailLake.CloudTrail;

/// <summary>Something of a log file that could not be given as a record.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>: a stable name to count by.</param>
/// <param name="Message">What was expected and what was found.</param>
/// <param name="Offset">Where, in bytes of the unzipped file.</param>
/// <param name="Index">The position it takes among the file's records; -1 if it stands for the whole object.</param>
/// <param name="Bytes">What stood there, cut off at <see cref="KeptBytes"/>.</param>
/// <param name="LengthBytes">How much stood there.</param>
public sealed record Problem(string Reason, string Message, long Offset, long Index, byte[] Bytes, long LengthBytes)
{
    public const int KeptBytes = 64 * 1024 * 1024;

    /// <summary>True if it stands for one record, which counts as read and quarantined; false for the object as such.</summary>
    public bool IsRecord => Index >= 0;
}

/// <summary>Why something of a source is in quarantine; all the names there are.</summary>
public static class Reasons
{
    public const string TruncatedGzip = "truncated_gzip";
    public const string CorruptGzip = "corrupt_gzip";
    public const string BadChecksum = "bad_checksum";
    public const string TruncatedJson = "truncated_json";
    public const string BrokenRecord = "broken_record";
    public const string BadString = "bad_string";
    public const string NotJson = "not_json";
    public const string RecordsNotAnArray = "records_not_an_array";
    public const string InvalidJson = "invalid_json"; // the record's end, too, may not be where it seemed
    public const string InvalidUtf8 = "invalid_utf8";
    public const string TooDeep = "too_deep";
    public const string DuplicateKey = "duplicate_key";
    public const string EventTimeMissing = "event_time_missing";
    public const string EventTimeUnreadable = "event_time_unreadable";
    public const string Unreadable = "unreadable"; // could not be read from its store; the next run tries it again
    public const string RecordNotAnObject = "record_not_an_object";
    public const string NotCloudTrail = "not_cloudtrail";
    public const string ObjectTooLarge = "object_too_large";
    public const string UnsupportedEncoding = "unsupported_encoding";
}
