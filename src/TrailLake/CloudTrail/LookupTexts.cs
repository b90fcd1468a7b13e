using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TrailLake.CloudTrail;

/// <summary>
/// What the texts under <c>CloudTrailEvent</c> stand for, until the next window. A text is never longer than it was
/// spelt, so those of a window fit into as much memory as the window has.
/// </summary>
sealed unsafe class LookupTexts : IDisposable
{
    byte* _start;
    int _capacity;
    int _length;

    public void BeginWindow() => _length = 0;

    /// <summary>Unescapes a text; its length is -1 if it holds an escape that stands for no letter.</summary>
    public byte* Add(ReadOnlySpan<byte> escaped, int windowBytes, out int length)
    {
        if (_capacity < windowBytes)
        {
            Debug.Assert(_length == 0, "a window grows only before its first text");
            NativeMemory.Free(_start);
            _capacity = windowBytes;
            _start = (byte*)NativeMemory.Alloc((nuint)_capacity + JsonScanner.Padding);
        }
        var text = _start + _length;
        length = EscapedText.Unescape(escaped, text);
        new Span<byte>(text + Math.Max(length, 0), JsonScanner.Padding).Clear(); // a scan ends there, whatever the text is
        _length += Math.Max(length, 0);
        return text;
    }

    public void Dispose()
    {
        NativeMemory.Free(_start);
        _start = null;
        _capacity = 0;
    }
}
