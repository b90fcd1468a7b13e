using System.Runtime.InteropServices;

namespace TrailLake.Parquet.Buffers;

/// <summary>Native memory that is handed out in pieces which do not move, and taken back all at once.</summary>
sealed unsafe class NativeBlocks : IDisposable
{
    const int BlockBytes = 64 << 10;
    const int MostKept = 256; // 16 MiB, between two uses

    readonly List<(nint Bytes, int Size)> _blocks = [];
    int _block = -1;
    int _used;

    /// <summary>Copies bytes to where they stay until <see cref="Reset"/>.</summary>
    public ByteSlice Keep(ReadOnlySpan<byte> bytes)
    {
        var room = Take(bytes.Length);
        bytes.CopyTo(new Span<byte>(room, bytes.Length));
        return new ByteSlice(room, bytes.Length);
    }

    /// <summary>Takes everything back; memory of usual size is kept for the next use.</summary>
    public void Reset()
    {
        (_block, _used) = (-1, 0);
        for (var i = _blocks.Count - 1; i >= 0; i--)
        {
            if (_blocks[i].Size > BlockBytes || i >= MostKept)
            {
                NativeMemory.Free((void*)_blocks[i].Bytes);
                _blocks.RemoveAt(i);
            }
        }
    }

    public void Dispose()
    {
        foreach (var (bytes, _) in _blocks)
        {
            NativeMemory.Free((void*)bytes);
        }
        _blocks.Clear();
        (_block, _used) = (-1, 0);
    }

    byte* Take(int size)
    {
        while (_block < 0 || _used + (long)size > _blocks[_block].Size)
        {
            if (++_block == _blocks.Count)
            {
                var bytes = Math.Max(BlockBytes, size);
                _blocks.Add(((nint)NativeMemory.Alloc((nuint)bytes), bytes));
            }
            _used = 0;
        }
        var room = (byte*)_blocks[_block].Bytes + _used;
        _used += size;
        return room;
    }
}
