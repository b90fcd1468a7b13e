namespace TrailLake.Parquet.Compression;

/// <summary>Zstandard by libzstd. Two contexts are kept for a thread's life: making one costs more than a small page.</summary>
sealed unsafe class ZstdCompressor : Compressor
{
    // Ids of random hexadecimal digits repeat nothing, so looking for matches is in vain and only their letters are worth coding:
    // the lowest level, told to compress literals nevertheless, takes a quarter of the time for the same size.
    const int NoMatches = -50;

    // At the lowest usual level matches are looked for at every other byte, in a table of 32 KiB that the cache holds, and literals are coded
    // nevertheless: a seventh less time for half a per cent more bytes. A step of 3 gains as much again and costs twice as many bytes again.
    const int FastestLevel = 1, FastStep = 2, FastHashLog = 13;

    nint _usual;
    nint _letters;

    public ZstdCompressor(int level)
    {
        _usual = Context(level);
        if (level == FastestLevel && CodesLiterals(_usual))
        {
            ZstdLibrary.SetParameter(_usual, ZstdLibrary.TargetLength, FastStep);
            ZstdLibrary.SetParameter(_usual, ZstdLibrary.HashLog, FastHashLog);
        }
        _letters = Context(Math.Min(level, NoMatches));
        CodesLiterals(_letters); // where a libzstd cannot be told to, ids grow a little
    }

    public override ParquetCodec Codec => ParquetCodec.Zstd;

    public override int Compress(ReadOnlySpan<byte> source, ByteBuffer target, bool lettersOnly)
    {
        var room = target.Reserve(checked((int)ZstdLibrary.CompressBound((nuint)source.Length)));
        nuint size;
        fixed (byte* from = source, to = room)
        {
            size = ZstdLibrary.Compress(lettersOnly ? _letters : _usual, to, (nuint)room.Length, from, (nuint)source.Length);
        }
        if (ZstdLibrary.IsError(size) != 0)
        {
            throw new ParquetException($"libzstd failed to compress a page of {source.Length:N0} bytes (code {-(nint)size}); nothing of the row group was written.");
        }
        target.Advance((int)size);
        return (int)size;
    }

    public override void Dispose()
    {
        if (_usual != 0)
        {
            ZstdLibrary.FreeCompression(_usual);
            ZstdLibrary.FreeCompression(_letters);
            _usual = _letters = 0;
        }
    }

    // A step would have them left as they are: a sixth more bytes.
    static bool CodesLiterals(nint context) => ZstdLibrary.IsError(ZstdLibrary.SetParameter(context, ZstdLibrary.LiteralCompressionMode, 1)) == 0;

    static nint Context(int level)
    {
        var context = ZstdLibrary.CreateCompression();
        ZstdLibrary.SetParameter(context, ZstdLibrary.CompressionLevel, level);
        ZstdLibrary.SetParameter(context, ZstdLibrary.ContentSizeFlag, 1); // some readers size their buffer by it
        return context;
    }
}
