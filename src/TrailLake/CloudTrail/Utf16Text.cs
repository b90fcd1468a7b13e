using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TrailLake.Storage;

namespace TrailLake.CloudTrail;

/// <summary>
/// Gives a file of UTF-16 as UTF-8. Half a letter becomes bytes that no UTF-8 has, so that the record that holds it
/// is found out as broken, and only that one.
/// </summary>
sealed unsafe class Utf16Text(bool isBigEndian, ReadOnlySpan<byte> head)
{
    readonly byte[] _stored = [.. head, .. new byte[32 * 1024]]; // from the second time on it is filled as a whole
    readonly byte[] _text = new byte[64 * 1024];
    int _left = head.Length;
    int _next;
    int _count;
    bool _isBegun;
    bool _isAtEnd;

    public int Read(Gunzip source, byte* target, int room)
    {
        var done = 0;
        while (done < room && (_next < _count || Fill(source)))
        {
            var count = Math.Min(room - done, _count - _next);
            Marshal.Copy(_text, _next, (nint)(target + done), count);
            _next += count;
            done += count;
        }
        return done;
    }

    // Each two bytes give at most three.
    bool Fill(Gunzip source)
    {
        _next = _count = 0;
        while (_count == 0 && !_isAtEnd)
        {
            var bytes = _left;
            if (_isBegun)
            {
                var read = source.Read(_stored.AsSpan(_left));
                _isAtEnd = read < _stored.Length - _left;
                bytes += read;
            }
            _isBegun = true;
            Convert(_stored.AsSpan(0, bytes));
        }
        return _count > 0;
    }

    void Convert(Span<byte> stored)
    {
        var at = 0;
        while (stored.Length - at >= 2)
        {
            var unit = Unit(stored, at);
            if (char.IsHighSurrogate(unit) && stored.Length - at < 4 && !_isAtEnd)
            {
                break; // its other half is still to come
            }
            if (char.IsHighSurrogate(unit) && stored.Length - at >= 4 && Rune.TryCreate(unit, Unit(stored, at + 2), out var pair))
            {
                _count += pair.EncodeToUtf8(_text.AsSpan(_count));
                at += 4;
                continue;
            }
            if (Rune.TryCreate(unit, out var letter))
            {
                _count += letter.EncodeToUtf8(_text.AsSpan(_count));
            }
            else
            {
                _text[_count++] = (byte)(0xe0 | (unit >> 12));
                _text[_count++] = (byte)(0x80 | ((unit >> 6) & 0x3f));
                _text[_count++] = (byte)(0x80 | (unit & 0x3f));
            }
            at += 2;
        }
        if (_isAtEnd && at < stored.Length)
        {
            _text[_count++] = 0xff; // half a unit
            at = stored.Length;
        }
        stored[at..].CopyTo(_stored);
        _left = stored.Length - at;
    }

    char Unit(ReadOnlySpan<byte> stored, int at) =>
        (char)(isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(stored[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(stored[at..]));
}
