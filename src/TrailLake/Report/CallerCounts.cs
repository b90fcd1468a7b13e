using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Report;

/// <summary>Counts the calls of a day by caller and by user agent.</summary>
sealed class CallerCounts(TextDictionary texts, ScanTables tables)
{
    readonly Dictionary<Key, Calls> _callers = [];
    long[] _agents = []; // by the text's number

    /// <summary>How many callers have come together.</summary>
    public int Count => _callers.Count;

    /// <summary>Counts the rows of a row group.</summary>
    public void Add(ScannedRows rows)
    {
        CountCallers(rows);
        if (_agents.Length < texts.Texts.Length)
            Array.Resize(ref _agents, (int)BitOperations.RoundUpToPowerOf2((uint)texts.Texts.Length));
        foreach (var agent in rows.Agents)
        {
            if (agent >= 0)
                _agents[agent]++;
        }
    }

    void CountCallers(ScannedRows rows)
    {
        var principals = rows.Principals;
        var accounts = rows.Accounts;
        var kinds = rows.Kinds;
        var errors = rows.Errors;
        var isAwsService = rows.IsAwsService;
        ref var calls = ref Unsafe.NullRef<Calls>();
        var last = new Key(int.MinValue, 0, 0, 0);
        for (var row = 0; row < principals.Length; row++)
        {
            var key = new Key(principals[row], accounts[row], kinds[row] * 2 + isAwsService[row], errors[row]);
            if (key != last)
            {
                calls = ref CollectionsMarshal.GetValueRefOrAddDefault(_callers, last = key, out var isKnown);
                if (!isKnown)
                    (calls.First, calls.Last) = (long.MaxValue, long.MinValue);
            }
            calls.Count++;
            calls.First = Math.Min(calls.First, rows.TimeAt(row, long.MaxValue));
            calls.Last = Math.Max(calls.Last, rows.TimeAt(row, long.MinValue));
        }
    }

    /// <summary>Hands all over.</summary>
    public void HandOver(string day)
    {
        var dayText = Encoding.UTF8.GetBytes(day);
        lock (tables.Lock)
        {
            foreach (var (key, calls) in _callers)
            {
                tables.Callers.Text(dayText);
                ScanTables.Text(tables.Callers, texts, key.Principal);
                ScanTables.Text(tables.Callers, texts, key.Account);
                ScanTables.Text(tables.Callers, texts, key.Kind >> 1);
                tables.Callers.Boolean((key.Kind & 1) != 0);
                ScanTables.Text(tables.Callers, texts, key.Error);
                tables.Callers.Int64(calls.Count);
                ScanTables.Time(tables.Callers, calls.First);
                ScanTables.Time(tables.Callers, calls.Last);
                tables.Callers.EndRow();
            }
            for (var agent = 0; agent < texts.Texts.Length && agent < _agents.Length; agent++)
            {
                if (_agents[agent] == 0)
                    continue;
                tables.Programs.Text(dayText);
                ScanTables.Text(tables.Programs, texts, agent);
                tables.Programs.Int64(_agents[agent]);
                tables.Programs.EndRow();
            }
        }
        _callers.Clear();
        _agents.AsSpan().Clear();
    }

    // Kind is the type's number, -1 for none, and in its last bit whether an AWS service called.
    readonly record struct Key(int Principal, int Account, int Kind, int Error)
    {
        public override int GetHashCode() => (((Principal * 31 + Account) * 31 + Kind) * 31 + Error) * -1640531535;
    }

    struct Calls
    {
        public long Count, First, Last; // times in milliseconds since 1970, in the wrong order where no call has one
    }
}
