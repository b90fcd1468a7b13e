namespace TrailLake.CloudTrail;

/// <summary>One record of a log file, as it stands there. It is valid until the file's next window.</summary>
/// <param name="start">Its opening brace. Memory behind it is readable for 128 bytes more.</param>
/// <param name="length">Its length in bytes, braces included.</param>
/// <param name="index">Its position in the file, from 0; what was quarantined has one, too.</param>
/// <param name="offset">Its offset in the unzipped file, in bytes.</param>
public readonly unsafe ref struct LogRecord(byte* start, int length, long index, long offset)
{
    public readonly byte* Start = start;
    public readonly int Length = length;
    public readonly long Index = index;
    public readonly long Offset = offset;

    public ReadOnlySpan<byte> Json => new(Start, Length);
}
