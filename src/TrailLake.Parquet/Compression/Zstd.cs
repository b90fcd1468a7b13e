namespace TrailLake.Parquet.Compression;

/// <summary>Zstandard by libzstd. Two contexts are kept for a thread's life: making one costs more than a small page.</summary>
sealed unsafe class ZstdCompressor : Compressor
{
    // Ids of random hexadecimal digits repeat nothing, so looking for matches is in vain and only their letters are worth coding:
    // the lowest level, told to compress literals nevertheless, takes a quarter of the time for the same size.
    const int NoMatches = -50;

    nint _usual;
    nint _letters;

    public ZstdCompressor(int level)
    {
        _usual = Context(level);
        _letters = Context(Math.Min(level, NoMatches));
        ZstdLibrary.SetParameter(_letters, ZstdLibrary.LiteralCompressionMode, 1); // where a libzstd does not know it, ids grow a little
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

    static nint Context(int level)
    {
        var context = ZstdLibrary.CreateCompression();
        ZstdLibrary.SetParameter(context, ZstdLibrary.CompressionLevel, level);
        ZstdLibrary.SetParameter(context, ZstdLibrary.ContentSizeFlag, 1); // some readers size their buffer by it
        return context;
    }
}
