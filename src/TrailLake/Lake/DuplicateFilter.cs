using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>Takes out of a partition's waiting rows those that the partition already has: among themselves, and in its files.</summary>
/// <remarks>A partition is a function of the event, so a duplicate always meets its twin there, and with the same time.</remarks>
sealed unsafe class DuplicateFilter(DistinctTexts texts, SourceObjects sources)
{
    readonly RowIdentity _identity = new(texts);
    ulong[] _hashes = [];
    int[] _slots = []; // open addressing by hash: row plus one, 0 is empty
    bool[] _isDuplicate = [];

    /// <summary>Rows taken out.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Rows kept although an earlier row of the partition has their event id, because they say something else.</summary>
    public long Conflicts { get; private set; }

    /// <summary>Moves the rows to keep to the front and returns their number.</summary>
    /// <param name="rows">The rows in order; of several equal ones the first is kept.</param>
    /// <param name="buffer">Where they wait.</param>
    /// <param name="stored">The row groups that the partition has already.</param>
    public int Filter(Span<nint> rows, PartitionBuffer buffer, StoredRows stored)
    {
        Prepare(rows, buffer);
        var hasAny = false;
        for (var row = 0; row < rows.Length; row++)
            hasAny |= _hashes[row] != 0 && MeetsEarlier(rows, row, buffer);
        hasAny |= StoredRows.Meets(rows, this, buffer);
        if (!hasAny)
            return rows.Length;
        var kept = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            if (!_isDuplicate[row])
                rows[kept++] = rows[row];
        }
        return kept;
    }

    /// <summary>The waiting rows that have this event id.</summary>
    public RowsById WithId(ReadOnlySpan<byte> id) => new(this, RowIdentity.HashOf(id));

    /// <summary>Notes what a stored row came to: the waiting one is its duplicate, or only shares its id.</summary>
    public void Judge(ReadOnlySpan<nint> rows, int row, bool saysTheSame)
    {
        if (_isDuplicate[row])
            return;
        if (saysTheSame)
            Drop(rows, row);
        else
            Conflicts++;
    }

    void Drop(ReadOnlySpan<nint> rows, int row)
    {
        _isDuplicate[row] = true;
        Duplicates++;
        sources.CountDuplicate(((RowHeader*)rows[row])->ObjectOrdinal);
    }

    void Prepare(ReadOnlySpan<nint> rows, PartitionBuffer buffer)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, rows.Length * 2));
        if (_slots.Length < size)
            (_slots, _hashes, _isDuplicate) = (new int[size], new ulong[size], new bool[size]);
        _slots.AsSpan().Clear();
        _isDuplicate.AsSpan(0, rows.Length).Clear();
        for (var row = 0; row < rows.Length; row++)
            _hashes[row] = _identity.IdHash((RowHeader*)rows[row], buffer);
    }

    /// <summary>Compares a row with the earlier ones of its id, then enters it; true where it is a duplicate.</summary>
    bool MeetsEarlier(ReadOnlySpan<nint> rows, int row, PartitionBuffer buffer)
    {
        var conflicts = false;
        var mask = _slots.Length - 1;
        var i = (int)(_hashes[row] >> 20) & mask;
        for (; _slots[i] != 0; i = (i + 1) & mask)
        {
            var earlier = _slots[i] - 1;
            if (_hashes[earlier] != _hashes[row] || !_identity.HaveSameId((RowHeader*)rows[earlier], (RowHeader*)rows[row], buffer))
                continue;
            if (_identity.SayTheSame((RowHeader*)rows[earlier], (RowHeader*)rows[row], buffer))
            {
                Drop(rows, row);
                return true;
            }
            conflicts = true;
        }
        _slots[i] = row + 1;
        if (conflicts)
            Conflicts++;
        return false;
    }

    /// <summary>Walks the waiting rows whose event id has a hash; the ids themselves are still to be compared.</summary>
    public ref struct RowsById(DuplicateFilter filter, ulong hash)
    {
        readonly int _mask = filter._slots.Length - 1;
        int _slot = ((int)(hash >> 20) & (filter._slots.Length - 1)) - 1;

        /// <summary>The next such row, or -1.</summary>
        public int Next()
        {
            while (true)
            {
                _slot = (_slot + 1) & _mask;
                var row = filter._slots[_slot] - 1;
                if (row < 0 || filter._hashes[row] == hash)
                    return row;
            }
        }
    }
}
