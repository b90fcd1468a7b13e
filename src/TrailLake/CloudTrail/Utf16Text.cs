using System.Runtime.InteropServices;
using System.Text;
using TrailLake.Storage;

namespace TrailLake.CloudTrail;

/// <summary>Gives a file of UTF-16 as UTF-8. Half a letter comes out as an unescaped lone surrogate cannot: as U+FFFD.</summary>
sealed unsafe class Utf16Text(Encoding encoding, ReadOnlySpan<byte> head)
{
    readonly Decoder _decoder = encoding.GetDecoder();
    readonly byte[] _head = head.ToArray();
    readonly byte[] _units = new byte[32 * 1024];
    readonly char[] _letters = new char[32 * 1024];
    readonly byte[] _text = new byte[96 * 1024];
    readonly Encoder _encoder = new UTF8Encoding(false).GetEncoder();
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

    bool Fill(Gunzip source)
    {
        _next = _count = 0;
        while (_count == 0 && !_isAtEnd)
        {
            int read;
            if (_isBegun)
            {
                read = source.Read(_units);
                _isAtEnd = read < _units.Length;
            }
            else
            {
                _isBegun = true;
                _head.CopyTo(_units, 0);
                read = _head.Length;
            }
            var letters = _decoder.GetChars(_units.AsSpan(0, read), _letters, _isAtEnd);
            _count = _encoder.GetBytes(_letters.AsSpan(0, letters), _text, _isAtEnd);
        }
        return _count > 0;
    }
}
