using System.Numerics;
using System.Runtime.InteropServices;

namespace TrailLake.Lake;

/// <summary>Native memory in blocks of powers of two, given back for reuse and never to the system: rows wait in it until they are written.</summary>
/// <remarks>Blocks are cut from regions of 4 MiB that ask for huge pages, because half of a careless run's time is the kernel handing
/// out small pages (1.69 s against 1.54 s for a million events). What is in use is counted: it is what the memory budget is held against.</remarks>
sealed unsafe class BufferPool : IDisposable
{
    const int RegionBytes = 4 << 20, HugePageBytes = 2 << 20, AdviseHugePages = 14;

    /// <summary>The smallest block is 256 bytes.</summary>
    public const int SmallestClass = 8;

    readonly Lock _lock = new();
    readonly nint[] _free = new nint[48]; // by class; a free block's first word names the next
    readonly List<nint> _regions = [];
    byte* _next, _end;
    long _bytesInUse;

    /// <summary>Bytes of the blocks that are out.</summary>
    public long BytesInUse => Volatile.Read(ref _bytesInUse);

    /// <summary>The class of the smallest block that holds this many bytes; its size is two to the power of the class.</summary>
    public static int ClassFor(long bytes) => Math.Max(SmallestClass, 64 - BitOperations.LeadingZeroCount((ulong)bytes - 1));

    /// <summary>A block of a class; its content is undefined.</summary>
    public byte* Rent(int sizeClass)
    {
        lock (_lock)
        {
            _bytesInUse += 1L << sizeClass;
            var block = (byte*)_free[sizeClass];
            if (block != null)
            {
                _free[sizeClass] = *(nint*)block;
                return block;
            }
            return Cut(sizeClass);
        }
    }

    /// <summary>Takes a block back.</summary>
    public void Return(void* block, int sizeClass)
    {
        lock (_lock)
        {
            _bytesInUse -= 1L << sizeClass;
            *(nint*)block = _free[sizeClass];
            _free[sizeClass] = (nint)block;
        }
    }

    public void Dispose()
    {
        foreach (var region in _regions)
            NativeMemory.AlignedFree((void*)region);
        _regions.Clear();
        Array.Clear(_free);
        _next = _end = null;
    }

    byte* Cut(int sizeClass)
    {
        var size = 1L << sizeClass;
        if (size >= RegionBytes)
            return NewRegion(size);
        if (_end - _next < size)
        {
            for (; _end - _next >= 1 << SmallestClass; _next += 1L << BitOperations.Log2((ulong)(_end - _next)))
                Shelve(_next, BitOperations.Log2((ulong)(_end - _next)));
            _next = NewRegion(RegionBytes);
            _end = _next + RegionBytes;
        }
        var block = _next;
        _next += size;
        return block;
    }

    void Shelve(byte* block, int sizeClass)
    {
        *(nint*)block = _free[sizeClass];
        _free[sizeClass] = (nint)block;
    }

    byte* NewRegion(long bytes)
    {
        var region = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, HugePageBytes);
        if (OperatingSystem.IsLinux())
            _ = Advise(region, (nint)bytes, AdviseHugePages); // only advice: where it is refused, small pages serve
        _regions.Add((nint)region);
        return region;
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Advise(void* start, nint length, int advice);
}
