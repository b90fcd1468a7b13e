using static TrailLake.CloudTrail.JsonScanner;

namespace TrailLake.CloudTrail;

/// <summary>What a JSON object of a log file is.</summary>
enum Shape
{
    /// <summary>The object, or as much of it as tells, is not all at hand.</summary>
    Incomplete,

    /// <summary>No JSON at some place, and nothing told before it.</summary>
    Broken,

    /// <summary>Valid, but it has no key that we know.</summary>
    Unknown,

    /// <summary>One CloudTrail record.</summary>
    Record,

    /// <summary>It has <c>Records</c> (log files), <c>Events</c> (LookupEvents), or an array of records under another name.</summary>
    Wrapper,

    /// <summary>EventBridge's envelope: the record is under <c>detail</c>.</summary>
    Envelope,

    /// <summary>An event as LookupEvents gives it: the record is a text under <c>CloudTrailEvent</c>.</summary>
    Lookup,

    /// <summary>A digest file of CloudTrail's log file validation.</summary>
    Digest,

    /// <summary>A snapshot or history of AWS Config.</summary>
    Config,

    /// <summary>A notification of S3, SQS, Kinesis, DynamoDB or SES: <c>eventSource</c> begins with <c>aws:</c>.</summary>
    Foreign,
}

/// <summary>Tells what an object is from its keys, in whatever order they come.</summary>
static unsafe class LogShape
{
    static readonly byte[][] FieldNames = [.. new[]
    {
        "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
        "errorCode", "errorMessage", "requestParameters", "responseElements", "additionalEventData", "requestID", "eventID",
        "eventId", "readOnly", "apiVersion", "eventType", "managementEvent", "recipientAccountId", "sharedEventID",
        "vpcEndpointId", "vpcEndpointAccountId", "eventCategory", "serviceEventDetails", "insightDetails", "tlsDetails", "timeWindow",
    }.Select(System.Text.Encoding.UTF8.GetBytes)];

    /// <summary>Looks at an object.</summary>
    /// <param name="start">Its opening brace.</param>
    /// <param name="end">Where the bytes at hand end.</param>
    /// <param name="isThorough">Whether to read on after a CloudTrail field, for an eventSource that says otherwise.</param>
    /// <param name="value">The value that matters: the array of a wrapper, the record of an envelope, the text of a lookup.</param>
    /// <param name="isInner">Whether it stands in an envelope, where no file's names have their meaning.</param>
    public static Shape Of(byte* start, byte* end, bool isThorough, out byte* value, bool isInner = false)
    {
        value = start;
        byte* inner = null;
        var found = Shape.Unknown;
        var at = start + 1;
        while (true)
        {
            at = SkipSpace(at, end);
            if (at >= end)
            {
                return Shape.Incomplete;
            }
            if (*at == '}')
            {
                return Conclude(found, inner, end, ref value);
            }
            if (*at == ',')
            {
                at++;
                continue;
            }
            if (!ReadKey(at, end, out var key, out at))
            {
                return at == null ? Shape.Incomplete : found == Shape.Record ? found : Shape.Broken;
            }
            switch (OfKey(key, at, end))
            {
                case Shape.Record when !isThorough:
                    return Shape.Record;
                case Shape.Record:
                    found = Shape.Record;
                    break;
                case Shape.Envelope or Shape.Lookup when found == Shape.Unknown:
                    found = key.Length == "detail".Length ? Shape.Envelope : *at == '{' ? Shape.Envelope : Shape.Lookup;
                    inner = at;
                    break;
                case Shape.Envelope or Shape.Lookup when found != Shape.Record:
                    return Shape.Broken; // two of them: neither may be dropped
                case Shape.Foreign when isThorough:
                    value = at;
                    return Shape.Foreign;
                case var whole and (Shape.Wrapper or Shape.Digest or Shape.Config) when found != Shape.Record && !isInner:
                    value = at;
                    return whole;
            }
            var next = FindValueEnd(at, end);
            if (next == null || next == at)
            {
                return next == null ? Shape.Incomplete : found == Shape.Record ? found : Shape.Broken;
            }
            at = next;
        }
    }

    /// <summary>Whether a key is a field of CloudTrail's records.</summary>
    public static bool IsField(ReadOnlySpan<byte> key)
    {
        foreach (var name in FieldNames)
        {
            if (key.SequenceEqual(name))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether a key is one that stands in records, and not beside them.</summary>
    public static bool IsFieldOfRecordsOnly(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("CloudTrailEvent"u8) || key.SequenceEqual("userIdentity"u8) || key.SequenceEqual("requestParameters"u8)
        || key.SequenceEqual("responseElements"u8) || (key.StartsWith("event"u8) && IsField(key));

    /// <summary>
    /// Reads <c>"key":</c> and leaves <paramref name="value"/> at what follows. False if there is none; the value is
    /// then null if more bytes might bring it.
    /// </summary>
    public static bool ReadKey(byte* at, byte* end, out ReadOnlySpan<byte> key, out byte* value)
    {
        key = default;
        value = at;
        if (*at != '"')
        {
            return false;
        }
        var keyEnd = FindStringEnd(at, end);
        var colon = keyEnd == null ? end : SkipSpace(keyEnd, end);
        if (colon < end && *colon != ':')
        {
            return false;
        }
        value = colon < end ? SkipSpace(colon + 1, end) : end;
        if (value == end)
        {
            value = null;
            return false;
        }
        key = new(at + 1, (int)(keyEnd - at) - 2);
        return true;
    }

    /// <summary>Whether a value is an array of items: under the names for it, or under any, if a record begins it.</summary>
    public static bool HasItems(ReadOnlySpan<byte> key, byte* value, byte* end) =>
        *value == '[' && (key.SequenceEqual("Records"u8) || key.SequenceEqual("Events"u8) || Resync.BeginsRecord(SkipSpace(value + 1, end), end));

    static Shape OfKey(ReadOnlySpan<byte> key, byte* value, byte* end)
    {
        if (IsField(key) || key.SequenceEqual("EventSource"u8))
        {
            var isForeign = key.EndsWith("ventSource"u8) && new ReadOnlySpan<byte>(value, (int)Math.Min(end - value, 5)).SequenceEqual("\"aws:"u8);
            return isForeign ? Shape.Foreign : IsField(key) ? Shape.Record : Shape.Unknown;
        }
        return key.SequenceEqual("CloudTrailEvent"u8) ? Shape.Lookup
            : key.SequenceEqual("detail"u8) && *value == '{' ? Shape.Envelope
            : key.SequenceEqual("digestStartTime"u8) || key.SequenceEqual("digestS3Object"u8) ? Shape.Digest
            : key.SequenceEqual("configurationItems"u8) ? Shape.Config
            : key.SequenceEqual("Records"u8) || HasItems(key, value, end) ? Shape.Wrapper
            : Shape.Unknown;
    }

    static Shape Conclude(Shape found, byte* inner, byte* end, ref byte* value)
    {
        if (found == Shape.Envelope && Of(inner, end, isThorough: false, out _, isInner: true) != Shape.Record)
        {
            return Shape.Unknown; // EventBridge carries events of every kind
        }
        value = inner == null ? value : inner;
        return found;
    }
}
