namespace TrailLake.Parquet;

/// <summary>Writes one file row by row to any stream; nothing is sought or patched, so it may be a network's.</summary>
/// <remarks>Values wait in memory until a row group is full: <see cref="ParquetOptions.RowGroupRows"/> or <see cref="ParquetOptions.RowGroupBytes"/>.
/// Without <see cref="Complete"/> the file has no footer and nobody can read it: so a file that an exception cut short is never taken
/// for a whole one.</remarks>
/// <example><code>
/// var schema = new ParquetSchema(new("name", ParquetType.Text), new("size", ParquetType.Int64));
/// using var writer = new ParquetWriter(File.Create("files.parquet"), schema);
/// writer["name"].Append("README.md");
/// writer["size"].Append(2048);
/// writer.EndRow();
/// writer.Complete();
/// </code></example>
public sealed class ParquetWriter : IDisposable
{
    readonly Stream _stream;
    readonly bool _leaveOpen;
    readonly ParquetFooter _footer;
    readonly ColumnBuffer[] _columns;
    readonly RowGroupEncoder _encoder = new();
    int _rows;
    bool _isComplete;

    /// <summary>Begins a file at the stream's place.</summary>
    /// <param name="stream">Where the bytes go; disposed of with the writer.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="options">How to write; usual choices where null.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    public ParquetWriter(Stream stream, ParquetSchema schema, ParquetOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _footer = new ParquetFooter(schema, options ?? new ParquetOptions());
        (_stream, _leaveOpen) = (stream, leaveOpen);
        _columns = [.. schema.Columns.Select(column => new ColumnBuffer(column))];
    }

    /// <summary>The rows so far.</summary>
    public long Rows => _footer.Rows + _rows;

    /// <summary>The bytes that have gone to the stream so far.</summary>
    public long Length => _footer.Length;

    /// <summary>The buffer of a column by its place in the schema.</summary>
    public ColumnBuffer this[int column] => _columns[column];

    /// <summary>The buffer of a column by its name.</summary>
    public ColumnBuffer this[string name] => _footer.Schema.IndexOf(name) is var place and >= 0
        ? _columns[place]
        : throw new ParquetException($"Expected a column of the schema ({string.Join(", ", _footer.Schema.Columns.Select(column => column.Name))}), found {name}.");

    /// <summary>Ends a row: columns that got no value in it are null.</summary>
    public void EndRow()
    {
        _rows++;
        var bytes = 0L;
        foreach (var column in _columns)
        {
            if (column.Rows == _rows - 1)
            {
                column.AppendNull();
            }
            if (column.Rows != _rows)
            {
                throw new ParquetException($"Column {column.Column.Name}: expected one value in row {Rows - 1}, found {column.Rows - _rows + 1}.");
            }
            bytes += column.Bytes;
        }
        if (_rows >= _footer.Options.RowGroupRows || bytes >= _footer.Options.RowGroupBytes)
        {
            EndRowGroup();
        }
    }

    /// <summary>Writes the waiting rows as a row group now; nothing where there are none.</summary>
    public void EndRowGroup()
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        if (_rows == 0)
        {
            return;
        }
        _encoder.Begin(_footer, _rows);
        foreach (var column in _columns)
        {
            column.WriteTo(_encoder);
        }
        _stream.Write(_encoder.End());
        foreach (var column in _columns)
        {
            column.Clear();
        }
        _rows = 0;
    }

    /// <summary>Writes what waits, and the footer. Rows cannot be added then.</summary>
    public void Complete()
    {
        EndRowGroup();
        _stream.Write(_footer.Encode());
        _stream.Flush();
        _isComplete = true;
    }

    /// <summary>Closes the stream and gives the memory back. Does not complete the file.</summary>
    public void Dispose()
    {
        _encoder.Dispose();
        foreach (var column in _columns)
        {
            column.Dispose();
        }
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }
}
