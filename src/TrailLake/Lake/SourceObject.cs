using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>A source object: 48 bytes, and its key and ETag as UTF-8 that does not move while it waits for its turn.</summary>
/// <param name="Key">Its key in the source.</param>
/// <param name="ETag">What changes when its content does.</param>
/// <param name="SizeBytes">Its size as stored.</param>
/// <param name="Delivered">The day of delivery as its key says it, or null.</param>
readonly record struct SourceObject(ByteSlice Key, ByteSlice ETag, long SizeBytes, DateOnly? Delivered)
{
    /// <summary>No file's name is longer on a disk; one of CloudTrail's has some 70.</summary>
    const int NameBytes = 255;

    /// <summary>Its key as text, made anew each time.</summary>
    public string KeyText => Encoding.UTF8.GetString(Key.Span);

    /// <summary>Delivered in the first hour of its day, as its name says: most of its events may be of the day before.</summary>
    public bool IsOfFirstHour => Delivered is not null && Key.Span.IndexOf("T00"u8) >= 0 // which spares most of them the rest
        && DeliveredAt is { Hour: 0 } time && DateOnly.FromDateTime(time) == Delivered;

    /// <summary>When it was delivered, as its file's name says it, or null.</summary>
    public DateTime? DeliveredAt
    {
        get
        {
            var name = Key.Span[(Key.Span.LastIndexOf((byte)'/') + 1)..];
            Span<char> text = stackalloc char[NameBytes]; // of each of thousands no string
            return name.Length > NameBytes ? null : LogKey.DeliveredAt(text[..Encoding.UTF8.GetChars(name, text)]);
        }
    }

    /// <summary>The object as a listing showed it, but for its time.</summary>
    public StoredObject Stored => new(KeyText, SizeBytes, Encoding.UTF8.GetString(ETag.Span), default);
}
