using System.Runtime.InteropServices;

namespace TrailLake.Storage;

/// <summary>
/// The zlib that the .NET runtime itself brings and <see cref="System.IO.Compression.GZipStream"/> uses. Called
/// directly, one inflater serves a thread for all its files, and inflates straight into native memory.
/// </summary>
static unsafe partial class Inflate
{
    const string Library = "libSystem.IO.Compression.Native";

    public const int GzipWindow = 15 + 16; // the largest window, wrapped as gzip with its checksum
    public const int NoFlush = 0;
    public const int Ok = 0, StreamEnd = 1, NeedDictionary = 2, DataError = -3, BufferError = -5;

    /// <summary>As the runtime's own pal_zlib.h declares it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct State
    {
        public byte* NextIn;
        public byte* NextOut;
        public byte* Message;
        public void* Inner;
        public uint AvailableIn;
        public uint AvailableOut;
    }

    /// <summary>False where the runtime keeps the library to itself, as in a single-file program.</summary>
    public static readonly bool IsAvailable = Probe();

    static bool Probe()
    {
        try
        {
            State state = default;
            return Init(&state, GzipWindow) == Ok && End(&state) == Ok;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    public static partial int Init(State* state, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    public static partial int Run(State* state, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    public static partial int Reset(State* state, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    public static partial int End(State* state);
}
