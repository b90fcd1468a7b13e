using System.Globalization;
using System.Text;

namespace TrailLake.CloudTrail;

/// <summary>The text of a JSON string that holds JSON itself, and what it stands for.</summary>
static unsafe class EscapedText
{
    /// <summary>
    /// Writes what the text between two quotes stands for, which is never longer, and returns its length in bytes;
    /// -1 for an escape that JSON does not know or a lone surrogate.
    /// </summary>
    public static int Unescape(ReadOnlySpan<byte> escaped, byte* target)
    {
        var written = 0;
        while (true)
        {
            var plain = escaped.IndexOf((byte)'\\');
            var run = plain < 0 ? escaped : escaped[..plain];
            run.CopyTo(new Span<byte>(target + written, run.Length));
            written += run.Length;
            if (plain < 0)
            {
                return written;
            }
            escaped = escaped[plain..];
            if (escaped.Length < 2)
            {
                return -1;
            }
            if (escaped[1] == 'u')
            {
                var used = Unicode(escaped, target + written, out var bytes);
                if (used == 0)
                {
                    return -1;
                }
                written += bytes;
                escaped = escaped[used..];
                continue;
            }
            var place = "\"\\/bfnrt"u8.IndexOf(escaped[1]);
            if (place < 0)
            {
                return -1;
            }
            target[written++] = "\"\\/\b\f\n\r\t"u8[place];
            escaped = escaped[2..];
        }
    }

    /// <summary>Puts what an escaped text stands for in its place, in memory of the arena; false, and nothing changed, for a lone surrogate.</summary>
    public static bool TryUnescape(NativeArena arena, ref ReadOnlySpan<byte> text)
    {
        var room = arena.Take(text.Length);
        fixed (byte* target = room)
        {
            var length = Unescape(text, target);
            arena.Return(room.Length - Math.Max(0, length));
            if (length < 0)
                return false;
            text = room[..length];
            return true;
        }
    }

    // Returns how many bytes of the text were used, 0 if they stand for no letter.
    static int Unicode(ReadOnlySpan<byte> escaped, byte* target, out int written)
    {
        written = 0;
        if (!Unit(escaped, out var high))
        {
            return 0;
        }
        if (!char.IsSurrogate(high))
        {
            written = new Rune(high).EncodeToUtf8(new Span<byte>(target, 3));
            return 6;
        }
        if (!Unit(escaped[6..], out var low) || !Rune.TryCreate(high, low, out var rune))
        {
            return 0;
        }
        written = rune.EncodeToUtf8(new Span<byte>(target, 4));
        return 12;
    }

    static bool Unit(ReadOnlySpan<byte> escaped, out char unit)
    {
        unit = default;
        if (escaped.Length < 6 || escaped[0] != '\\' || escaped[1] != 'u'
            || !ushort.TryParse(escaped[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }
        unit = (char)value;
        return true;
    }
}
