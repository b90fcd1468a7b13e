using System.Runtime.InteropServices;
using System.Text;
using TrailLake.Parquet;

namespace TrailLake.Tests.Parquet;

/// <summary>Texts that stay where they are, as the encoder takes them.</summary>
sealed class PinnedTexts : IDisposable
{
    readonly GCHandle[] _handles;

    public PinnedTexts(params string[] texts)
    {
        var bytes = texts.Select(Encoding.UTF8.GetBytes).ToArray();
        _handles = [.. bytes.Select(text => GCHandle.Alloc(text, GCHandleType.Pinned))];
        All = [.. bytes.Select(text => ByteSlice.OfFixed(text))];
    }

    public ByteSlice[] All { get; }

    public void Dispose()
    {
        foreach (var handle in _handles)
            handle.Free();
    }
}
