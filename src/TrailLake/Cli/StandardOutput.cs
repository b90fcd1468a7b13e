using System.Runtime.InteropServices;

namespace TrailLake.Cli;

/// <summary>Who reads standard output has gone away: stop, and say nothing.</summary>
sealed class BrokenPipeException() : IOException("Standard output is closed.");

/// <summary>Standard output as bytes. .NET's own stream hides a closed pipe, so `query … | head` would run to the end of the lake.</summary>
sealed partial class StandardOutput : WriteOnlyStream
{
    const int Descriptor = 1;
    const int Interrupted = 4; // EINTR, EPIPE, EAGAIN (Linux, macOS)
    const int NotOpen = 9; // EBADF
    const int BrokenPipe = 32;
    static readonly int[] Again = [11, 35];

    /// <summary>What is said where it is closed.</summary>
    public const string Closed = "standard output: expected it to be open, found it closed; send it somewhere, such as to /dev/null.";

    Action? _atFirst;

    StandardOutput(Action? atFirst) => _atFirst = atFirst;

    /// <summary>The stream; on Windows .NET's own.</summary>
    /// <param name="atFirst">Called before the first byte: what stands on the same terminal makes room.</param>
    public static Stream Open(Action? atFirst = null)
    {
        if (!OperatingSystem.IsWindows())
            return new StandardOutput(atFirst);
        atFirst?.Invoke();
        return Console.OpenStandardOutput();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _atFirst?.Invoke();
        _atFirst = null;
        while (buffer.Length > 0)
        {
            var written = WriteTo(Descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == BrokenPipe)
                throw new BrokenPipeException();
            if (error == NotOpen)
                throw new IOException(Closed);
            if (Again.Contains(error))
                WaitForReader();
            else if (error != Interrupted)
                throw new IOException($"standard output: expected to write {buffer.Length} bytes, found: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    // Some readers make the pipe non-blocking; then the pipe is full and write does not wait.
    static void WaitForReader()
    {
        const short Writable = 4; // POLLOUT
        var waited = new PollDescriptor { Descriptor = Descriptor, Events = Writable };
        Poll(ref waited, 1, timeoutMilliseconds: -1);
    }

    [StructLayout(LayoutKind.Sequential)]
    struct PollDescriptor
    {
        public int Descriptor;
        public short Events, Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
