using System.Runtime.InteropServices;

namespace TrailLake.Parquet.Compression;

/// <summary>The system's libzstd, looked for once. The names are those of zstd.h, whose interface is stable since 1.4.</summary>
static unsafe class ZstdLibrary
{
    public const int CompressionLevel = 100, HashLog = 102, TargetLength = 106, ContentSizeFlag = 200, LiteralCompressionMode = 1002;

    public static readonly delegate* unmanaged<nint> CreateCompression;
    public static readonly delegate* unmanaged<nint, nuint> FreeCompression;
    public static readonly delegate* unmanaged<nint, int, int, nuint> SetParameter;
    public static readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint> Compress;
    public static readonly delegate* unmanaged<nint> CreateDecompression;
    public static readonly delegate* unmanaged<nint, nuint> FreeDecompression;
    public static readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint> Decompress;
    public static readonly delegate* unmanaged<nuint, nuint> CompressBound;
    public static readonly delegate* unmanaged<nuint, uint> IsError;
    public static readonly delegate* unmanaged<byte*, nuint, ulong> FrameContentSize;

    static ZstdLibrary()
    {
        if (!Load(out var library))
        {
            return;
        }
        CreateCompression = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "ZSTD_createCCtx");
        FreeCompression = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeCCtx");
        SetParameter = (delegate* unmanaged<nint, int, int, nuint>)NativeLibrary.GetExport(library, "ZSTD_CCtx_setParameter");
        Compress = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint>)NativeLibrary.GetExport(library, "ZSTD_compress2");
        CreateDecompression = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "ZSTD_createDCtx");
        FreeDecompression = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeDCtx");
        Decompress = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint>)NativeLibrary.GetExport(library, "ZSTD_decompressDCtx");
        CompressBound = (delegate* unmanaged<nuint, nuint>)NativeLibrary.GetExport(library, "ZSTD_compressBound");
        IsError = (delegate* unmanaged<nuint, uint>)NativeLibrary.GetExport(library, "ZSTD_isError");
        FrameContentSize = (delegate* unmanaged<byte*, nuint, ulong>)NativeLibrary.GetExport(library, "ZSTD_getFrameContentSize");
        IsPresent = true;
    }

    public static bool IsPresent { get; }

    static bool Load(out nint library)
    {
        foreach (var name in (ReadOnlySpan<string>)["libzstd.so.1", "libzstd.1.dylib", "libzstd.dll", "libzstd"])
        {
            if (NativeLibrary.TryLoad(name, out library) && NativeLibrary.TryGetExport(library, "ZSTD_compress2", out _))
            {
                return true;
            }
        }
        library = 0;
        return false;
    }
}
