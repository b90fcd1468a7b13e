using System.Numerics;
using System.Runtime.InteropServices;

namespace TrailLake.Lake;

/// <summary>Native memory in blocks of powers of two, given back for reuse: rows wait in it until they are written.</summary>
/// <remarks>
/// A buddy allocator: blocks are halves of halves of regions of 4 MiB, and become whole again when both halves are back, so that the
/// memory of one day's partitions fits the next day's (76 MB of regions for 65 MB in use, against 130 MB without becoming whole).
/// <code>
///   region:  block | free block: next free, previous free, … | block | …
///   its map: for each 256 bytes the class of the free block that begins there, or 0
/// </code>
/// Regions ask for huge pages, because half of a careless run's time is the kernel handing out small pages (1.69 s against 1.54 s for a
/// million events). What is in use is counted: it is what the memory budget is held against.
/// </remarks>
sealed unsafe class BufferPool : IDisposable
{
    const int RegionClass = 22, RegionBytes = 1 << RegionClass, HugePageBytes = 1 << 21, AdviseHugePages = 14, AdviseFree = 4;

    /// <summary>The smallest block is 256 bytes.</summary>
    public const int SmallestClass = 8;

    struct FreeBlock
    {
        public FreeBlock* Next, Previous;
    }

    readonly Lock _lock = new();
    readonly nint[] _free = new nint[RegionClass + 1]; // by class: the first free block
    readonly Dictionary<nint, byte[]> _maps = []; // by region
    long _bytesInUse;

    /// <summary>Regions that become whole go back to the system: no more rows are expected.</summary>
    public bool GivesBack { get; set; }

    /// <summary>Bytes of the blocks that are out.</summary>
    public long BytesInUse => Volatile.Read(ref _bytesInUse);

    /// <summary>Bytes of the regions that blocks are cut from.</summary>
    public long RegionsBytes => (long)_maps.Count * RegionBytes;

    /// <summary>The class of the smallest block that holds this many bytes; its size is two to the power of the class.</summary>
    public static int ClassFor(long bytes) => Math.Max(SmallestClass, 64 - BitOperations.LeadingZeroCount((ulong)bytes - 1));

    /// <summary>A block of a class; its content is undefined.</summary>
    public byte* Rent(int sizeClass)
    {
        Interlocked.Add(ref _bytesInUse, 1L << sizeClass);
        if (sizeClass > RegionClass)
            return NewMemory(1L << sizeClass); // rare, and not worth keeping
        for (byte* region = null; ; region = NewRegion())
        {
            lock (_lock)
            {
                if (region != null)
                    Add(region);
                if (Cut(sizeClass) is var block && block != null)
                    return block;
            }
        }
    }

    /// <summary>Takes a block back.</summary>
    public void Return(void* block, int sizeClass)
    {
        Interlocked.Add(ref _bytesInUse, -(1L << sizeClass));
        if (sizeClass > RegionClass)
        {
            NativeMemory.AlignedFree(block);
            return;
        }
        var region = RegionOf(block);
        lock (_lock)
        {
            var map = _maps[region];
            var offset = (int)((nint)block - region);
            for (; sizeClass < RegionClass; sizeClass++)
            {
                var buddy = offset ^ (1 << sizeClass);
                if (map[buddy >> SmallestClass] != sizeClass)
                    break;
                Take((FreeBlock*)(region + buddy), sizeClass);
                offset &= ~(1 << sizeClass);
            }
            if (sizeClass < RegionClass || !GivesBack)
            {
                Shelve((byte*)region + offset, sizeClass);
                return;
            }
            _maps.Remove(region);
        }
        if (OperatingSystem.IsLinux())
            _ = Advise((byte*)region, RegionBytes, AdviseFree); // the allocator may keep what it takes back
        NativeMemory.AlignedFree((void*)region);
    }

    public void Dispose()
    {
        foreach (var region in _maps.Keys)
            NativeMemory.AlignedFree((void*)region);
        _maps.Clear();
        Array.Clear(_free);
    }

    static nint RegionOf(void* block) => (nint)block & ~(RegionBytes - 1);

    /// <summary>A block cut from the smallest one that is free and large enough; null where none is.</summary>
    byte* Cut(int sizeClass)
    {
        var from = sizeClass;
        while (_free[from] == 0)
        {
            if (++from > RegionClass)
                return null;
        }
        var block = Take((FreeBlock*)_free[from], from);
        while (from > sizeClass)
        {
            from--;
            Shelve(block + (1 << from), from);
        }
        return block;
    }

    byte* Take(FreeBlock* block, int sizeClass)
    {
        if (block->Previous != null)
            block->Previous->Next = block->Next;
        else
            _free[sizeClass] = (nint)block->Next;
        if (block->Next != null)
            block->Next->Previous = block->Previous;
        Mark(block, 0);
        return (byte*)block;
    }

    void Shelve(byte* memory, int sizeClass)
    {
        var block = (FreeBlock*)memory;
        *block = new FreeBlock { Next = (FreeBlock*)_free[sizeClass] };
        if (block->Next != null)
            block->Next->Previous = block;
        _free[sizeClass] = (nint)block;
        Mark(block, (byte)sizeClass);
    }

    void Mark(void* block, byte sizeClass)
    {
        var region = RegionOf(block);
        _maps[region][((nint)block - region) >> SmallestClass] = sizeClass;
    }

    void Add(byte* region)
    {
        _maps.Add((nint)region, new byte[RegionBytes >> SmallestClass]);
        Shelve(region, RegionClass);
    }

    // The kernel clears a huge page when it is first touched, which takes it milliseconds on a machine that gets its memory only then: not under the
    // lock, where the other workers would wait.
    static byte* NewRegion()
    {
        var region = NewMemory(RegionBytes);
        for (var at = 0; at < RegionBytes; at += HugePageBytes)
            region[at] = 0;
        return region;
    }

    static byte* NewMemory(long bytes)
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, RegionBytes);
        if (OperatingSystem.IsLinux())
            _ = Advise(memory, (nint)bytes, AdviseHugePages); // only advice: where it is refused, small pages serve
        return memory;
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Advise(void* start, nint length, int advice);
}
