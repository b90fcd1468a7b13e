using System.Runtime.CompilerServices;
using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>The rows that wait for one partition to be written, and their own texts, each distinct text once.</summary>
/// <remarks>
/// Both grow in chunks that never move:
/// <code>
///   rows:   next chunk, 8 bytes | class, 4 | bytes used, 4 | header, cells | header, cells | …
///   texts:  next chunk, 8 bytes | class, 4 | unused, 4     | bytes | bytes | …
/// </code>
/// One owner at a time: the holder of the partition's lock while rows come in, then the worker that writes it.
/// </remarks>
sealed unsafe partial class PartitionBuffer(BufferPool pool)
{
    const int ChunkHeader = 16, SmallestChunk = 9, LargestCommonChunk = 16;
    const uint NumberBits = (1 << 24) - 1;

    Chunks _rows = new() { Class = SmallestChunk }, _bytes = new() { Class = SmallestChunk };
    TextRef* _texts;
    int _textsClass, _textCount;
    uint* _slots; // open addressing over _texts by hash: upper 8 bits of it, so that another text is seldom looked at | number plus one; 0 is empty
    int _slotsClass;

    /// <summary>Rows so far.</summary>
    public int RowCount { get; private set; }

    /// <summary>Memory held.</summary>
    public long Bytes { get; private set; }

    /// <summary>The local text of a number.</summary>
    public ref TextRef Text(int id) => ref _texts[id];

    /// <summary>Copies a row in; its local texts become this buffer's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(RowBatch batch, int words)
    {
        var cells = batch.Cells(words);
        var size = (RowHeader.Words + cells.Length) * sizeof(uint);
        var target = (uint*)Take(ref _rows, size);
        *(RowHeader*)target = batch.Header(words);
        target += RowHeader.Words;
        foreach (var cell in cells)
            *target++ = cell.IsLocal ? Cell.Of(cell.Column, IdOf(batch.Local(cell.Id)), isLocal: true).Bits : cell.Bits;
        RowCount++;
    }

    /// <summary>Writes the address of every row's header.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CopyRows(Span<nint> target)
    {
        var i = 0;
        for (var chunk = _rows.First; chunk != null; chunk = *(byte**)chunk)
        {
            var end = chunk == _rows.Last ? _rows.Next : chunk + *(int*)(chunk + 12);
            for (var row = chunk + ChunkHeader; row < end; row += (RowHeader.Words + ((RowHeader*)row)->CellCount) * sizeof(uint))
                target[i++] = (nint)row;
        }
    }

    /// <summary>Gives all memory back.</summary>
    public void Release()
    {
        Release(_rows.First);
        Release(_bytes.First);
        if (_texts != null)
            pool.Return(_texts, _textsClass);
        if (_slots != null)
            pool.Return(_slots, _slotsClass);
        _rows = _bytes = default;
        _texts = null;
        _slots = null;
        Bytes = RowCount = 0;
    }

    void Release(byte* chunk)
    {
        while (chunk != null)
        {
            var next = *(byte**)chunk;
            pool.Return(chunk, *(int*)(chunk + 8));
            chunk = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int IdOf(in TextRef text)
    {
        if (_slots == null)
            StartTexts();
        var mask = (1 << (_slotsClass - 2)) - 1;
        var i = (int)text.Hash & mask;
        for (uint slot; (slot = _slots[i]) != 0; i = (i + 1) & mask)
        {
            if (((slot ^ text.Hash) & ~NumberBits) == 0 && _texts[(slot & NumberBits) - 1].Is(text.Span, text.Hash))
                return (int)(slot & NumberBits) - 1;
        }
        var copy = Take(ref _bytes, text.Length);
        text.Span.CopyTo(new Span<byte>(copy, text.Length));
        if ((long)(_textCount + 1) * sizeof(TextRef) > 1L << _textsClass)
            GrowTexts();
        _texts[_textCount] = new TextRef { Start = copy, Length = text.Length, Hash = text.Hash };
        _slots[i] = SlotOf(text.Hash, _textCount++);
        if (_textCount * 2 > mask)
            GrowSlots();
        return _textCount - 1;
    }

    void StartTexts()
    {
        (_textsClass, _slotsClass) = (SmallestChunk, BufferPool.SmallestClass);
        _texts = (TextRef*)Rent(_textsClass);
        _slots = (uint*)Rent(_slotsClass);
        new Span<byte>(_slots, 1 << _slotsClass).Clear();
    }

    void GrowTexts()
    {
        var old = _texts;
        _texts = (TextRef*)Rent(_textsClass + 1);
        Buffer.MemoryCopy(old, _texts, 1L << _textsClass, 1L << _textsClass);
        pool.Return(old, _textsClass);
        Bytes -= 1L << _textsClass++;
    }

    void GrowSlots()
    {
        pool.Return(_slots, _slotsClass);
        Bytes -= 1L << _slotsClass++;
        _slots = (uint*)Rent(_slotsClass);
        new Span<byte>(_slots, 1 << _slotsClass).Clear();
        var mask = (1 << (_slotsClass - 2)) - 1;
        for (var id = 0; id < _textCount; id++)
        {
            var i = (int)_texts[id].Hash & mask;
            while (_slots[i] != 0)
                i = (i + 1) & mask;
            _slots[i] = SlotOf(_texts[id].Hash, id);
        }
    }

    static uint SlotOf(uint hash, int id) => (hash & ~NumberBits) | (uint)(id + 1);

    /// <summary>Room at the end of the last chunk; chunks double from half a kilobyte to 64 KiB, so that a rare partition costs little.</summary>
    byte* Take(ref Chunks chunks, int size)
    {
        if (chunks.End - chunks.Next < size)
            NextChunk(ref chunks, size);
        var room = chunks.Next;
        chunks.Next += size;
        return room;
    }

    void NextChunk(ref Chunks chunks, int size)
    {
        chunks.Class = Math.Min(chunks.Class + 1, LargestCommonChunk);
        var sizeClass = Math.Max(chunks.Class, BufferPool.ClassFor((long)size + ChunkHeader));
        var chunk = Rent(sizeClass);
        *(byte**)chunk = null;
        *(int*)(chunk + 8) = sizeClass;
        if (chunks.Last == null)
            chunks.First = chunk;
        else
        {
            *(byte**)chunks.Last = chunk;
            *(int*)(chunks.Last + 12) = (int)(chunks.Next - chunks.Last);
        }
        chunks.Last = chunk;
        chunks.Next = chunk + ChunkHeader;
        chunks.End = chunk + (1L << sizeClass);
    }

    byte* Rent(int sizeClass)
    {
        Bytes += 1L << sizeClass;
        return pool.Rent(sizeClass);
    }

    struct Chunks
    {
        public byte* First, Last, Next, End;
        public int Class;
    }
}
