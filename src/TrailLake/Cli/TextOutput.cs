using System.Buffers;
using System.Text;

namespace TrailLake.Cli;

/// <summary>UTF-8 on its way to a stream, sent in pieces of 64 KB or a row, whichever is more.</summary>
sealed class TextOutput(Stream stream) : IDisposable
{
    const int PieceBytes = 64 * 1024;

    readonly ArrayBufferWriter<byte> _buffer = new(PieceBytes * 2);

    /// <summary>Where to write; call <see cref="EndRow"/> now and then.</summary>
    public IBufferWriter<byte> Buffer => _buffer;

    public void Write(ReadOnlySpan<byte> utf8) => _buffer.Write(utf8);

    public void Write(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _buffer);

    /// <summary>Sends what has gathered, if it is enough.</summary>
    public void EndRow()
    {
        if (_buffer.WrittenCount >= PieceBytes)
            Flush();
    }

    void Flush()
    {
        stream.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }

    /// <summary>Sends the rest; the stream stays open.</summary>
    public void Dispose() => Flush();
}
