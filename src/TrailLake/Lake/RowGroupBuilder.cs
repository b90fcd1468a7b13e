using System.Runtime.CompilerServices;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>Makes a row group of a partition's waiting rows: in time order, each event once, column by column. One a worker.</summary>
sealed unsafe class RowGroupBuilder : IDisposable
{
    readonly SourceObjects _sources;
    readonly RowGroupColumns _columns;
    readonly RowGroupEncoder _encoder = new();
    readonly ResourceLists _lists = new();
    readonly NativeArena _ids = new(1 << 20);
    readonly DistinctTexts _texts;
    readonly DuplicateFilter _duplicates;
    readonly ulong[] _objectPlaces; // by object: stamp of the row group, 32 bits | place among its objects, 32 bits
    ulong _stamp;
    readonly List<ByteSlice> _objects = [];
    nint[] _rows = [];
    int[] _places = [];
    long[] _numbers = [];
    byte[] _flags = [];
    ByteSlice[] _slices = [];

    public RowGroupBuilder(SharedValues shared, SourceObjects sources)
    {
        _sources = sources;
        _objectPlaces = new ulong[sources.Count];
        _texts = new DistinctTexts(shared);
        _columns = new RowGroupColumns(_texts);
        _duplicates = new DuplicateFilter(sources);
    }

    /// <summary>The encoder, for a file's footer.</summary>
    public RowGroupEncoder Encoder => _encoder;

    /// <summary>Encodes the rows of a buffer that the partition does not have yet.</summary>
    /// <param name="buffer">The rows; still owned by the caller afterwards.</param>
    /// <param name="footer">Of the file that the row group goes to.</param>
    /// <param name="stored">What the partition has.</param>
    /// <param name="isWholeFile">The file begins and ends with this row group: its end comes with it.</param>
    /// <param name="bytes">What to append to the file; valid until the next row group.</param>
    /// <returns>What was written; null when all rows were duplicates.</returns>
    public RowGroupFacts? Build(PartitionBuffer buffer, TableLayout layout, ParquetFooter footer, StoredRows stored, bool isWholeFile, out ReadOnlySpan<byte> bytes)
    {
        var rows = Sorted(buffer);
        rows = rows[.._duplicates.Filter(new WaitingRows(rows, buffer, _texts, _sources), stored)];
        bytes = default;
        if (rows.IsEmpty)
            return null;
        _columns.Take(rows);
        _encoder.Begin(footer, rows.Length, isWholeFile);
        for (var i = 0; i < layout.Columns.Length; i++)
            WriteColumn(i, rows, buffer, layout);
        bytes = isWholeFile ? _encoder.EndFile() : _encoder.End();
        return new RowGroupFacts(rows.Length, ((RowHeader*)rows[0])->Time, ((RowHeader*)rows[^1])->Time, isWholeFile ? null : _duplicates.Fingerprints());
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _lists.Dispose();
        _duplicates.Dispose();
        _columns.Dispose();
        _ids.Dispose();
    }

    /// <summary>The rows by time, file and place in it, so that the same rows always stand in the same order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    Span<nint> Sorted(PartitionBuffer buffer)
    {
        if (_rows.Length < buffer.RowCount)
        {
            var capacity = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)buffer.RowCount);
            (_rows, _places, _numbers) = (new nint[capacity], new int[capacity], new long[capacity]);
            (_flags, _slices) = (new byte[capacity], new ByteSlice[capacity]);
        }
        var rows = _rows.AsSpan(0, buffer.RowCount);
        buffer.CopyRows(rows);
        for (var i = 1; i < rows.Length; i++)
        {
            if (RowOrder.Compare(rows[i - 1], rows[i]) > 0)
            {
                rows.Sort(RowOrder.Compare);
                break;
            }
        }
        return rows;
    }

    void WriteColumn(int i, ReadOnlySpan<nint> rows, PartitionBuffer buffer, TableLayout layout)
    {
        var column = layout.Columns[i];
        var ordinal = layout.Ordinals[i];
        if (i == layout.Time)
            WriteTimes(rows);
        else if (i == layout.EventId || i == layout.RequestId)
            WriteIds(rows, buffer, ordinal, i == layout.EventId);
        else if (i == layout.SourceObject)
            WriteObjects(rows);
        else if (i == layout.SourceIndex)
            WriteIndexes(rows);
        else if (i == layout.ResourceArns || i == layout.ResourceTypes)
            WriteLists(buffer, layout.Ordinals[layout.Resources], wantsTypes: i == layout.ResourceTypes);
        else if (layout.Flags[i] != RowFlags.None)
            WriteFlags(rows, layout.Flags[i]);
        else if (!_columns.IsUsed(ordinal))
            _encoder.WriteNulls();
        else if (column.Type is ColumnType.Boolean or ColumnType.BooleanText)
            WriteBooleans(_columns[ordinal], rows.Length);
        else if (column.Type == ColumnType.Timestamp)
            WriteOtherTimes(_columns[ordinal], rows.Length, buffer);
        else
        {
            _texts.Take(_columns[ordinal], buffer);
            _encoder.WriteText(_texts.Texts, _texts.Places);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteTimes(ReadOnlySpan<nint> rows)
    {
        for (var i = 0; i < rows.Length; i++)
            _numbers[i] = ((RowHeader*)rows[i])->Time;
        _encoder.WriteInt64(_numbers.AsSpan(0, rows.Length), []);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteIndexes(ReadOnlySpan<nint> rows)
    {
        for (var i = 0; i < rows.Length; i++)
            _numbers[i] = ((RowHeader*)rows[i])->Index;
        _encoder.WriteInt64(_numbers.AsSpan(0, rows.Length), []);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteIds(ReadOnlySpan<nint> rows, PartitionBuffer buffer, int ordinal, bool isEventId)
    {
        _ids.Reset();
        var others = _columns.IsUsed(ordinal) ? _columns[ordinal] : default; // never of a fragment, which ids would make unique
        var count = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var row = (RowHeader*)rows[i];
            _places[i] = count;
            if (row->Has(isEventId ? RowFlags.HasEventId : RowFlags.HasRequestId))
            {
                var text = _ids.Take(Uuid.TextLength);
                (isEventId ? row->EventId : row->RequestId).Format(text);
                _slices[count++] = ByteSlice.OfFixed(text);
            }
            else if (!others.Numbers.IsEmpty && others[i] >= 0)
                _slices[count++] = ByteSlice.OfFixed(_texts.TextOf(others[i], buffer).Span);
            else
                _places[i] = -1;
        }
        if (count == 0)
            _encoder.WriteNulls();
        else
            _encoder.WriteText(_slices.AsSpan(0, count), _places.AsSpan(0, rows.Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteObjects(ReadOnlySpan<nint> rows)
    {
        _stamp++;
        _objects.Clear();
        for (var i = 0; i < rows.Length; i++)
        {
            var ordinal = ((RowHeader*)rows[i])->ObjectOrdinal;
            ref var entry = ref _objectPlaces[ordinal];
            if (entry >> 32 != _stamp)
            {
                entry = (_stamp << 32) | (uint)_objects.Count;
                _objects.Add(_sources[ordinal]);
            }
            _places[i] = (int)entry;
        }
        _encoder.WriteText(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_objects), _places.AsSpan(0, rows.Length));
    }

    void WriteLists(PartitionBuffer buffer, int resources, bool wantsTypes)
    {
        if (!_columns.IsUsed(resources))
        {
            _encoder.WriteNulls();
            return;
        }
        if (!wantsTypes) // the ARNs' column comes first
        {
            _texts.Take(_columns[resources], buffer);
            _lists.Take(_texts.Texts, _texts.Places);
        }
        var list = wantsTypes ? _lists.Types : _lists.Arns;
        _encoder.WriteTextList(list.Elements, list.Lengths, list.Members);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteFlags(ReadOnlySpan<nint> rows, RowFlags flag)
    {
        for (var i = 0; i < rows.Length; i++)
            _flags[i] = ((RowHeader*)rows[i])->Has(flag) ? (byte)1 : (byte)0;
        _encoder.WriteBooleans(_flags.AsSpan(0, rows.Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteBooleans(ColumnNumbers numbers, int rows)
    {
        for (var i = 0; i < rows; i++)
            _flags[i] = (byte)numbers[i]; // -1, null, becomes 255
        _encoder.WriteBooleans(_flags.AsSpan(0, rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteOtherTimes(ColumnNumbers numbers, int rows, PartitionBuffer buffer)
    {
        for (var i = 0; i < rows; i++)
        {
            var number = numbers[i];
            _flags[i] = number < 0 ? (byte)0 : (byte)1;
            _numbers[i] = number < 0 ? 0 : *(long*)_texts.TextOf(number, buffer).Start;
        }
        _encoder.WriteInt64(_numbers.AsSpan(0, rows), _flags.AsSpan(0, rows));
    }
}

/// <summary>What a written row group holds.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="FirstTime">The least time, in milliseconds since 1970.</param>
/// <param name="LastTime">The greatest.</param>
/// <param name="Fingerprints">What tells whether other rows may be among them; null where only their ids can tell.</param>
readonly record struct RowGroupFacts(int Rows, long FirstTime, long LastTime, uint[]? Fingerprints = null);

/// <summary>The order of rows in a row group, over the addresses of their headers.</summary>
static unsafe class RowOrder
{
    public static int Compare(nint left, nint right)
    {
        RowHeader* a = (RowHeader*)left, b = (RowHeader*)right;
        if (a->Time != b->Time)
            return a->Time < b->Time ? -1 : 1;
        return a->ObjectOrdinal != b->ObjectOrdinal ? a->ObjectOrdinal.CompareTo(b->ObjectOrdinal) : a->Index.CompareTo(b->Index);
    }
}
