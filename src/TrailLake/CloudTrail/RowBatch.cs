using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrailLake.CloudTrail;

/// <summary>What a row says by a bit each.</summary>
[Flags]
enum RowFlags : ushort
{
    None = 0,

    /// <summary>The event id is a lower-case UUID and stands in the header.</summary>
    HasEventId = 1,

    /// <summary>The request id is a lower-case UUID and stands in the header.</summary>
    HasRequestId = 2,

    /// <summary>The derived booleans of an event.</summary>
    IsError = 4,
    IsRoot = 8,
    IsTemporaryCredentials = 16,
    IsAwsService = 32,
}

/// <summary>What every row has, in front of its cells.</summary>
/// <remarks>Ids that are lower-case UUIDs, nearly all, are kept as 16 bytes and not as 36 letters.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
struct RowHeader
{
    /// <summary>Milliseconds since 1970 in UTC.</summary>
    public long Time;

    public Uuid EventId;
    public Uuid RequestId;

    /// <summary>The source object, as its number in the run's path order.</summary>
    public int ObjectOrdinal;

    /// <summary>The record's place in that object.</summary>
    public int Index;

    public ushort CellCount;
    public RowFlags Flags;

    public readonly bool Has(RowFlags flag) => (Flags & flag) != 0;

    /// <summary>Size of this header in the 4-byte words that rows are made of.</summary>
    public const int Words = 13;
}

/// <summary>One value of a row in 32 bits: column (7 bits), where its text is (1 bit), and its number there (24 bits).</summary>
/// <remarks>A boolean's number is 0 or 1. Texts are shared for the run, or local to the batch (later: to the partition's buffer).
/// A fragment stands for all the cells that a run of properties flattens to.</remarks>
readonly record struct Cell(uint Bits)
{
    const uint LocalBit = 1 << 24;
    const int FragmentColumn = 127;

    /// <summary>Numbers stay below this.</summary>
    public const int MaxIds = 1 << 24;

    public static Cell Of(int column, int id, bool isLocal) => new(((uint)column << 25) | (isLocal ? LocalBit : 0) | (uint)id);

    public static Cell OfFragment(int id) => Of(FragmentColumn, id, isLocal: false);

    public int Column => (int)(Bits >> 25);

    public bool IsFragment => Bits >> 25 == FragmentColumn;

    public bool IsLocal => (Bits & LocalBit) != 0;

    public int Id => (int)(Bits & (LocalBit - 1));
}

/// <summary>Where a row belongs, as far as the record says it.</summary>
/// <param name="Words">Where the row begins in the batch.</param>
/// <param name="Table">Its table.</param>
/// <param name="ServiceId">The shared text of its event source, or -1.</param>
/// <param name="RegionId">The shared text of its region, or -1.</param>
readonly record struct RowPlace(int Words, LakeTable Table, int ServiceId, int RegionId);

/// <summary>The flattened rows of one window of a log file: headers and cells in one buffer, texts as slices of the window.</summary>
/// <remarks>Filled by a record reader, taken by the lake's writer, then cleared: nothing in it outlives the window.</remarks>
sealed unsafe class RowBatch(SharedValues shared) : IDisposable
{
    readonly TextIndex _index = new(shared.Texts);
    readonly NativeArena _scratch = new(1 << 18);
    readonly List<RowPlace> _places = [];
    uint* _words;
    TextRef* _locals;
    int _wordCapacity, _wordCount, _localCapacity, _localCount, _rowStart, _localStart;

    /// <summary>The texts and fragments that cells name.</summary>
    public SharedValues Shared => shared;

    /// <summary>The rows, in the order of their records.</summary>
    public ReadOnlySpan<RowPlace> Places => CollectionsMarshal.AsSpan(_places);

    /// <summary>True where the next record might not fit: take the rows first.</summary>
    public bool IsFull => _localCount > Cell.MaxIds / 2 || _wordCount > 1 << 22;

    /// <summary>The header of the row that begins at a word.</summary>
    public ref RowHeader Header(int words) => ref *(RowHeader*)(_words + words);

    /// <summary>The header of the row that was begun.</summary>
    public ref RowHeader Header() => ref Header(_rowStart);

    /// <summary>The cells of the row that was begun.</summary>
    public ReadOnlySpan<Cell> Cells() => Cells(_rowStart);

    /// <summary>The cells of the row that begins at a word.</summary>
    public ReadOnlySpan<Cell> Cells(int words) => new(_words + words + RowHeader.Words, Header(words).CellCount);

    /// <summary>A local text; lives until <see cref="Clear"/>.</summary>
    public ref TextRef Local(int id) => ref _locals[id];

    /// <summary>Starts a row; what an unfinished one held is dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ref RowHeader Begin(int objectOrdinal, long index)
    {
        _rowStart = _wordCount;
        _localStart = _localCount;
        Reserve(RowHeader.Words);
        ref var header = ref Header(_rowStart);
        header = new RowHeader { ObjectOrdinal = objectOrdinal, Index = checked((int)index) };
        _wordCount += RowHeader.Words;
        return ref header;
    }

    /// <summary>Drops the row that was begun.</summary>
    public void Drop()
    {
        _wordCount = _rowStart;
        _localCount = _localStart;
    }

    /// <summary>Keeps the row that was begun.</summary>
    public void Finish(LakeTable table, int serviceId, int regionId) => _places.Add(new RowPlace(_rowStart, table, serviceId, regionId));

    public void AddBoolean(int column, bool value) => Add(Cell.Of(column, value ? 1 : 0, isLocal: false));

    /// <summary>Adds a text that many records share; it becomes a local one when the shared table is full.</summary>
    /// <returns>The number of the shared text, or -1.</returns>
    public int AddShared(int column, ReadOnlySpan<byte> text, bool isNeeded = false)
    {
        var id = _index.IdOf(text, isNeeded);
        if (id >= 0)
            Add(Cell.Of(column, id, isLocal: false));
        else
            AddLocal(column, Keep(text));
        return id;
    }

    /// <summary>Adds a shared text by its number.</summary>
    public void AddShared(int column, int id) => Add(Cell.Of(column, id, isLocal: false));

    /// <summary>Adds all that a run of properties flattens to.</summary>
    public void AddFragment(int id) => Add(Cell.OfFragment(id));

    /// <summary>Adds a text of this record; its bytes must not move until <see cref="Clear"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddLocal(int column, ReadOnlySpan<byte> native)
    {
        if (_localCount == _localCapacity)
            _locals = (TextRef*)Grow(_locals, ref _localCapacity, sizeof(TextRef));
        _locals[_localCount] = TextRef.To(native, TextRef.HashOf(native));
        Add(Cell.Of(column, _localCount++, isLocal: true));
    }

    /// <summary>Adds a time as a text of eight bytes, little-endian.</summary>
    public void AddTime(int column, long millis) => AddShared(column, MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in millis)));

    /// <summary>A copy that does not move until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> bytes) => _scratch.Keep(bytes);

    /// <summary>Puts what an escaped text stands for in its place; false, and nothing changed, for a lone surrogate, which is no text.</summary>
    public bool TryUnescape(ref ReadOnlySpan<byte> text) => EscapedText.TryUnescape(_scratch, ref text);

    /// <summary>Room for a text that is made here; give back what is too much with <see cref="ReturnScratch"/>.</summary>
    public Span<byte> Scratch(int size) => _scratch.Take(size);

    public void ReturnScratch(int size) => _scratch.Return(size);

    /// <summary>Forgets rows and texts; the shared ones stay.</summary>
    public void Clear()
    {
        _places.Clear();
        _scratch.Reset();
        _wordCount = _localCount = 0;
    }

    /// <summary>Forgets the numbers of shared texts, since a new epoch begins.</summary>
    public void ForgetShared() => _index.Clear();

    public void Dispose()
    {
        _index.Dispose();
        _scratch.Dispose();
        NativeMemory.Free(_words);
        NativeMemory.Free(_locals);
        _words = null;
        _locals = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(Cell cell)
    {
        Reserve(1);
        _words[_wordCount++] = cell.Bits;
        Header(_rowStart).CellCount++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Reserve(int words)
    {
        if (_wordCount + words > _wordCapacity)
            GrowWords();
    }

    void GrowWords() => _words = (uint*)Grow(_words, ref _wordCapacity, sizeof(uint)); // at least doubles, so a row's start always fits

    static void* Grow(void* block, ref int capacity, int size)
    {
        capacity = Math.Max(1024, capacity * 2);
        return NativeMemory.Realloc(block, (nuint)capacity * (nuint)size);
    }
}
