using System.Runtime.InteropServices;

namespace TrailLake.CloudTrail;

/// <summary>Native memory that is handed out in pieces and taken back all at once. Pieces never move.</summary>
sealed unsafe class NativeArena(int chunkBytes) : IDisposable
{
    const int KeptChunks = 256;

    readonly List<(nint Start, int Size)> _chunks = [];
    int _current = -1;
    int _used;

    /// <summary>A piece of this size; its content is undefined.</summary>
    public Span<byte> Take(int size)
    {
        if (_current < 0 || _chunks[_current].Size - _used < size)
            NextChunk(size);
        var piece = new Span<byte>((byte*)_chunks[_current].Start + _used, size);
        _used += size;
        return piece;
    }

    /// <summary>A copy of these bytes that lives until <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        var copy = Take(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    /// <summary>Gives back the end of the last piece taken.</summary>
    public void Return(int size) => _used -= size;

    /// <summary>Forgets all pieces. Chunks of common size are kept for reuse, larger ones are freed.</summary>
    public void Reset()
    {
        for (var i = _chunks.Count - 1; i >= 0; i--)
        {
            if (_chunks[i].Size != chunkBytes || i >= KeptChunks)
                Free(i);
        }
        _current = _chunks.Count > 0 ? 0 : -1;
        _used = 0;
    }

    public void Dispose()
    {
        for (var i = _chunks.Count - 1; i >= 0; i--)
            Free(i);
        _current = -1;
    }

    void NextChunk(int size)
    {
        // A piece larger than a chunk gets a chunk of its own, so that small pieces never wait behind it.
        while (++_current < _chunks.Count)
        {
            if (_chunks[_current].Size >= size)
            {
                _used = 0;
                return;
            }
        }
        var bytes = Math.Max(size, chunkBytes);
        _chunks.Add(((nint)NativeMemory.Alloc((nuint)bytes), bytes));
        _used = 0;
    }

    void Free(int chunk)
    {
        NativeMemory.Free((void*)_chunks[chunk].Start);
        _chunks.RemoveAt(chunk);
    }
}
