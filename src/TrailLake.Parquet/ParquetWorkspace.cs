using TrailLake.Parquet.Compression;
using TrailLake.Parquet.Reading;

namespace TrailLake.Parquet;

/// <summary>What reading takes of memory beside the values, kept from one file to the next. One reader at a time, on one thread.</summary>
public sealed class ParquetWorkspace : IDisposable
{
    const int FirstRead = 16 << 10; // a small file's footer comes with the first read

    const int MostSchemas = 1024;

    readonly Decompressor _decompressor = new();

    readonly HashSet<string>? _columns;
    readonly Dictionary<ParquetSchema, bool[]> _wanted = []; // of few: files differ by the columns that are left out

    /// <summary>An empty workspace.</summary>
    /// <param name="columns">The columns that will be read, where not any may be: what a footer says of the others, most of a small file's, is passed over.</param>
    public ParquetWorkspace(IEnumerable<string>? columns = null)
    {
        _columns = columns?.ToHashSet(StringComparer.Ordinal);
        Decoder = new(_decompressor);
    }

    internal ChunkDecoder Decoder { get; }

    /// <summary>The end of the file that was opened last.</summary>
    internal byte[] Tail { get; } = new byte[FirstRead];

    /// <summary>By column of a schema whether it will be read; null where any may be.</summary>
    internal bool[]? Wanted(ParquetSchema schema)
    {
        if (_columns is null)
        {
            return null;
        }
        if (!_wanted.TryGetValue(schema, out var wanted))
        {
            if (_wanted.Count == MostSchemas)
            {
                _wanted.Clear();
            }
            _wanted[schema] = wanted = [.. schema.Columns.Select(column => _columns.Contains(column.Name))];
        }
        return wanted;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _decompressor.Dispose();
}
