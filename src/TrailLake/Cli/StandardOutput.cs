using System.Runtime.InteropServices;

namespace TrailLake.Cli;

/// <summary>Who reads standard output has gone away: stop, and say nothing.</summary>
sealed class BrokenPipeException() : IOException("Standard output is closed.");

/// <summary>Standard output as bytes. .NET's own stream hides a closed pipe, so `query … | head` would run to the end of the lake.</summary>
sealed partial class StandardOutput : Stream
{
    const int Descriptor = 1;
    const int Interrupted = 4; // EINTR, EPIPE, EAGAIN (Linux, macOS)
    const int BrokenPipe = 32;
    static readonly int[] Again = [11, 35];

    StandardOutput()
    {
    }

    /// <summary>The stream; on Windows .NET's own.</summary>
    public static Stream Open() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutput();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
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
            if (Again.Contains(error))
                Thread.Sleep(1); // a reader that made the pipe non-blocking and is slow
            else if (error != Interrupted)
                throw new IOException($"standard output: expected to write {buffer.Length} bytes, found: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Every write has gone out.
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
