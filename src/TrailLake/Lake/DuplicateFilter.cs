using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrailLake.Lake;

/// <summary>Takes out of a partition's waiting rows those that the partition already has: among themselves, and in its files.</summary>
/// <remarks>A partition is a function of the event, so a duplicate always meets its twin there, and with the same time.</remarks>
sealed unsafe class DuplicateFilter(SourceObjects sources) : IDisposable
{
    /// <summary>So many rows of one id are compared with every other of it; further ones, since then the id is a placeholder, only with those of their time.</summary>
    const int MaxOfId = 16;

    readonly RowIdentity _identity = new();
    readonly StoredMatches _matches = new();
    ulong[] _hashes = [];
    int[] _slots = []; // open addressing by hash: row plus one, 0 is empty
    readonly Dictionary<(ulong Hash, long Time), List<int>> _crowds = []; // the further rows
    bool[] _isDuplicate = [], _isConflict = [];
    int _mask, _kept;
    bool _needsSecondLook;

    /// <summary>Moves the rows to keep to the front and returns their number.</summary>
    /// <param name="rows">The rows in order; of several equal ones the first is kept.</param>
    /// <param name="stored">What the partition has already.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Filter(WaitingRows rows, StoredRows stored)
    {
        Prepare(rows);
        for (var row = 0; row < rows.Count; row++)
            MeetEarlier(rows, row);
        stored.Meet(this, rows, _matches);
        _kept = rows.Count;
        if (!_needsSecondLook)
            return rows.Count;
        var kept = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            if (_isDuplicate[row])
                continue;
            if (_isConflict[row])
                sources.CountConflict();
            rows.Move(row, kept++);
        }
        return _kept = kept;
    }

    /// <summary>What <see cref="MayHave"/> will ask of the rows that were kept: 32 bits of each one's hash.</summary>
    public uint[] Fingerprints()
    {
        var kept = new uint[_kept];
        for (int row = 0, i = 0; i < kept.Length; row++)
        {
            if (!_isDuplicate[row])
                kept[i++] = FingerprintOf(_hashes[row]);
        }
        return kept;
    }

    /// <summary>False where certainly none of the waiting rows is among those that were written before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool MayHave(uint[] fingerprints)
    {
        foreach (var fingerprint in fingerprints)
        {
            for (var i = (int)fingerprint & _mask; _slots[i] != 0; i = (i + 1) & _mask)
            {
                if (FingerprintOf(_hashes[_slots[i] - 1]) == fingerprint)
                    return true;
            }
        }
        return false;
    }

    /// <summary>True where <see cref="WithHash"/> wants the time.</summary>
    public bool HasCrowds => _crowds.Count > 0;

    /// <summary>The waiting rows whose identity has a hash; whether it is really the same is still to be seen. Of very many only those that have the time, too.</summary>
    public Candidates WithHash(ulong hash, long time = 0) => new(this, hash, _crowds.GetValueOrDefault((hash, time)));

    /// <summary>A stored row has a waiting one's id: it is its duplicate, or says something else.</summary>
    public void Judge(WaitingRows rows, int row, bool saysTheSame)
    {
        if (!saysTheSame)
            _isConflict[row] = _needsSecondLook = true;
        else if (!_isDuplicate[row])
            Drop(rows, row);
    }

    public void Dispose() => _matches.Dispose();

    void Drop(WaitingRows rows, int row)
    {
        _isDuplicate[row] = _needsSecondLook = true;
        sources.CountDuplicate(rows.Header(row)->ObjectOrdinal);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Prepare(WaitingRows rows)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, rows.Count * 2));
        if (_slots.Length < size)
            (_slots, _hashes, _isDuplicate, _isConflict) = (new int[size], new ulong[size], new bool[size], new bool[size]);
        _mask = size - 1;
        _slots.AsSpan(0, size).Clear();
        _isDuplicate.AsSpan(0, rows.Count).Clear();
        _isConflict.AsSpan(0, rows.Count).Clear();
        _needsSecondLook = false;
        _crowds.Clear();
        for (var row = 0; row < rows.Count; row++)
            _hashes[row] = RowIdentity.HashOf(rows, row);
    }

    /// <summary>Compares a row with the earlier ones of its id, then enters it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void MeetEarlier(WaitingRows rows, int row)
    {
        var (i, met) = (SlotOf(_hashes[row]), 0);
        for (; _slots[i] != 0; i = (i + 1) & _mask)
        {
            var earlier = _slots[i] - 1;
            if (_hashes[earlier] != _hashes[row] || !RowIdentity.HaveSameId(rows, earlier, row))
                continue;
            if (_identity.SayTheSame(rows, earlier, row))
            {
                Drop(rows, row);
                return;
            }
            _isConflict[earlier] = _isConflict[row] = _needsSecondLook = true;
            met++;
        }
        if (met < MaxOfId)
            _slots[i] = row + 1;
        else
            MeetCrowd(rows, row);
    }

    void MeetCrowd(WaitingRows rows, int row)
    {
        ref var ofTime = ref CollectionsMarshal.GetValueRefOrAddDefault(_crowds, (_hashes[row], rows.Header(row)->Time), out _);
        ofTime ??= [];
        foreach (var earlier in ofTime)
        {
            if (RowIdentity.HaveSameId(rows, earlier, row) && _identity.SayTheSame(rows, earlier, row))
            {
                Drop(rows, row);
                return;
            }
        }
        ofTime.Add(row);
    }

    int SlotOf(ulong hash) => (int)FingerprintOf(hash) & _mask;

    static uint FingerprintOf(ulong hash) => (uint)(hash >> 20);

    /// <summary>Walks the rows of one hash.</summary>
    public ref struct Candidates(DuplicateFilter filter, ulong hash, List<int>? crowd)
    {
        int _slot = filter.SlotOf(hash) - 1;
        int _crowded;

        /// <summary>The next row, or -1.</summary>
        public int Next()
        {
            while (true)
            {
                _slot = (_slot + 1) & filter._mask;
                var row = filter._slots[_slot] - 1;
                if (row < 0)
                    break;
                if (filter._hashes[row] == hash)
                    return row;
            }
            _slot--; // and so again
            return _crowded < crowd?.Count ? crowd[_crowded++] : -1;
        }
    }
}
