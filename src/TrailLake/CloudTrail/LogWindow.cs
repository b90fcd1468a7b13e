using System.Runtime.InteropServices;
using TrailLake.Storage;

namespace TrailLake.CloudTrail;

/// <summary>
/// The part of an unzipped log file that is in memory. Nearly every file fits whole; of a large one the part not yet
/// scanned moves to the front and the rest is filled up. It grows only for an item that is larger than itself.
/// </summary>
//   | scanned | Next … to be scanned … End | zeros, at least 128 |
sealed unsafe class LogWindow(int initialBytes, long maxObjectBytes, int largestBytes) : IDisposable
{
    const int SmallestBytes = 64;
    public const int LargestBytes = int.MaxValue - 4096;
    const int KeptBytes = 16 * 1024 * 1024; // a window that grew beyond is given back with its file

    readonly Gunzip _gunzip = Gunzip.Create();
    readonly int _initialBytes = Math.Max(initialBytes, SmallestBytes);
    Utf16Text? _utf16;
    byte* _start;
    int _capacity;
    long _total;
    bool _isBegun;

    /// <summary>The first byte not yet scanned.</summary>
    public byte* Next;

    /// <summary>Behind the last byte at hand.</summary>
    public byte* End;

    /// <summary>Whether nothing follows what is at hand.</summary>
    public bool IsFinal { get; private set; }

    public bool IsTooLarge { get; private set; }

    /// <summary>The text cannot be read as UTF-8 or UTF-16; empty if it can.</summary>
    public string EncodingFault { get; private set; } = "";

    public GunzipFault Fault => _gunzip.Fault;
    public long StoredBytes => _gunzip.StoredBytes;
    public long TrailingBytes => _gunzip.TrailingBytes;
    public bool HasTrailingData => _gunzip.HasTrailingData;

    /// <summary>Bytes of the unzipped file that were read so far.</summary>
    public long UnzippedBytes => _total;

    public int CapacityBytes => _capacity;

    /// <summary>Whether no more bytes come before what is at hand was scanned, or the window grows.</summary>
    public bool IsFull => Next == _start && End - _start == _capacity;

    public long OffsetOf(byte* at) => _total - (End - at);

    public void Open(Stream stored)
    {
        _gunzip.Open(stored);
        if (_capacity == 0 || _capacity > Math.Max(KeptBytes, _initialBytes))
        {
            Allocate(_initialBytes);
        }
        Next = End = _start;
        _total = 0;
        _utf16 = null;
        _isBegun = IsFinal = IsTooLarge = false;
        EncodingFault = "";
    }

    /// <summary>Brings more bytes to hand, or finds that there are none.</summary>
    public void Fill()
    {
        if (!MakeRoom())
        {
            IsTooLarge = IsFinal = true; // one item fills all the memory that a window can have
            return;
        }
        if (!_isBegun)
        {
            Begin();
        }
        while (!IsFinal && End - _start < _capacity)
        {
            var room = (int)Math.Min(_capacity - (End - _start), maxObjectBytes - _total);
            if (room == 0)
            {
                byte beyond = 0;
                IsTooLarge = ReadText(&beyond, 1) > 0;
                IsFinal = true;
                break;
            }
            var read = ReadText(End, room);
            End += read;
            _total += read;
            IsFinal = read < room;
        }
        new Span<byte>(End, JsonScanner.Padding).Clear();
    }

    bool MakeRoom()
    {
        var tail = (int)(End - Next);
        if (tail > _capacity / 2 && _capacity < largestBytes)
        {
            Grow(tail);
        }
        else if (Next != _start)
        {
            Buffer.MemoryCopy(Next, _start, _capacity, tail);
            Next = _start;
            End = _start + tail;
        }
        return tail < _capacity;
    }

    void Grow(int tail)
    {
        var old = _start;
        var next = Next;
        _start = null;
        Allocate((int)Math.Min(2L * _capacity, largestBytes));
        Buffer.MemoryCopy(next, _start, _capacity, tail);
        NativeMemory.AlignedFree(old);
        Next = _start;
        End = _start + tail;
    }

    void Allocate(int bytes)
    {
        NativeMemory.AlignedFree(_start);
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)bytes + JsonScanner.Padding, 4096);
        _capacity = bytes;
    }

    int ReadText(byte* target, int room) => _utf16 is { } text ? text.Read(_gunzip, target, room) : _gunzip.Read(new(target, room));

    // The first bytes tell the encoding: a byte-order mark, or the zeros that ASCII has in UTF-16.
    void Begin()
    {
        _isBegun = true;
        Span<byte> head = stackalloc byte[4];
        head = head[.._gunzip.Read(head)];
        if (head is [0xff, 0xfe, 0, 0] or [0, 0, 0xfe, 0xff] or [0, 0, 0, > 0] or [> 0, 0, 0, 0])
        {
            EncodingFault = "it is UTF-32";
            IsFinal = true;
            return;
        }
        if (head is [0xff, 0xfe, ..] or [> 0, 0, > 0, 0])
        {
            _utf16 = new(isBigEndian: false, head[0] == 0xff ? head[2..] : head);
            return;
        }
        if (head is [0xfe, 0xff, ..] or [0, > 0, 0, > 0])
        {
            _utf16 = new(isBigEndian: true, head[0] == 0xfe ? head[2..] : head);
            return;
        }
        head.CopyTo(new Span<byte>(End, head.Length));
        End += head.Length;
        _total = head.Length;
        if (head is [0xef, 0xbb, 0xbf, ..])
        {
            Next += 3;
        }
        IsFinal = head.Length < 4;
    }

    public void Dispose()
    {
        _gunzip.Dispose();
        NativeMemory.AlignedFree(_start);
        _start = null;
        _capacity = 0;
    }
}
