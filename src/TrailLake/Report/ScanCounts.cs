using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TrailLake.DuckDb;
using TrailLake.Lake;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Report;

/// <summary>What one thread of a scan has counted and not yet handed to DuckDB: the callers and programs of a day, the calls of a partition.</summary>
sealed class ScanCounts(TextDictionary texts, ScanTables tables, ReportPeriod period)
{
    const int Hours = 25; // the last for no time

    readonly Dictionary<CallKey, long> _calls = [];
    readonly Dictionary<CallerKey, Caller> _callers = [];
    readonly Dictionary<(string Service, string Region), long[]> _hours = [];
    long[] _agents = [];
    PartitionPlace _place;

    /// <summary>How many callers have come together.</summary>
    public int Callers => _callers.Count;

    /// <summary>Says which partition the rows are of that come next; those of another day are to be handed over before.</summary>
    public void Enter(PartitionPlace place)
    {
        if (place == _place)
            return;
        HandOverCalls();
        _place = place;
    }

    /// <summary>Counts the rows of a row group.</summary>
    public void Add(ScannedRows rows)
    {
        CountCalls(rows);
        CountHours(rows);
        CountCallers(rows);
        CountAgents(rows);
    }

    /// <summary>Hands over all but the hours.</summary>
    public void HandOver()
    {
        HandOverCalls();
        HandOverDay();
    }

    /// <summary>Hands over the hours, which are few and of all days.</summary>
    public void HandOverHours()
    {
        lock (tables.Lock)
        {
            foreach (var ((service, region), hours) in _hours)
            {
                for (var hour = 0; hour < Hours - 1; hour++)
                {
                    if (hours[hour] == 0)
                        continue;
                    Text(tables.Hours, service);
                    Text(tables.Hours, region);
                    tables.Hours.Int64(hour);
                    tables.Hours.Int64(hours[hour]);
                    tables.Hours.EndRow();
                }
            }
        }
    }

    bool IsInPeriod => string.CompareOrdinal(_place.Day, ReportPeriod.Text(period.Since)) >= 0;

    void CountCalls(ScannedRows rows)
    {
        var errors = rows.Errors;
        var hours = rows.Hours;
        var isHourly = period.IsHourly;
        ref var count = ref Unsafe.NullRef<long>();
        var last = new CallKey(int.MinValue, 0);
        for (var row = 0; row < errors.Length; row++)
        {
            var key = new CallKey(errors[row], isHourly ? hours[row] : Hours - 1);
            if (key != last)
                count = ref CollectionsMarshal.GetValueRefOrAddDefault(_calls, last = key, out _);
            count++;
        }
    }

    void CountHours(ScannedRows rows)
    {
        if (!IsInPeriod)
            return;
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_hours, (_place.Service, _place.Region), out _);
        counts ??= new long[Hours];
        foreach (var hour in rows.Hours)
            counts[hour]++;
    }

    void CountCallers(ScannedRows rows)
    {
        var principals = rows.Principals;
        var accounts = rows.Accounts;
        var kinds = rows.Kinds;
        var errors = rows.Errors;
        var isAwsService = rows.IsAwsService;
        ref var caller = ref Unsafe.NullRef<Caller>();
        var last = new CallerKey(int.MinValue, 0, 0, 0);
        for (var row = 0; row < principals.Length; row++)
        {
            var key = new CallerKey(principals[row], accounts[row], kinds[row] * 2 + isAwsService[row], errors[row]);
            if (key != last)
            {
                caller = ref CollectionsMarshal.GetValueRefOrAddDefault(_callers, last = key, out var isKnown);
                if (!isKnown)
                    (caller.First, caller.Last) = (long.MaxValue, long.MinValue);
            }
            caller.Events++;
            caller.First = Math.Min(caller.First, rows.TimeAt(row, long.MaxValue));
            caller.Last = Math.Max(caller.Last, rows.TimeAt(row, long.MinValue));
        }
    }

    void CountAgents(ScannedRows rows)
    {
        if (_agents.Length < texts.Texts.Length)
            Array.Resize(ref _agents, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)texts.Texts.Length));
        foreach (var agent in rows.Agents)
        {
            if (agent >= 0)
                _agents[agent]++;
        }
    }

    void HandOverCalls()
    {
        lock (tables.Lock)
        {
            foreach (var (key, count) in _calls)
            {
                Text(tables.Calls, _place.Day);
                Text(tables.Calls, _place.Service);
                Text(tables.Calls, _place.Region);
                if (key.Hour < Hours - 1)
                    tables.Calls.Int64(key.Hour);
                else
                    tables.Calls.Null();
                Text(tables.Calls, key.Error);
                tables.Calls.Int64(count);
                tables.Calls.EndRow();
            }
        }
        _calls.Clear();
    }

    void HandOverDay()
    {
        lock (tables.Lock)
        {
            foreach (var (key, caller) in _callers)
                HandOver(key, caller);
            for (var agent = 0; agent < texts.Texts.Length && agent < _agents.Length; agent++)
            {
                if (_agents[agent] == 0)
                    continue;
                Text(tables.Programs, _place.Day);
                Text(tables.Programs, agent);
                tables.Programs.Int64(_agents[agent]);
                tables.Programs.EndRow();
            }
        }
        _callers.Clear();
        _agents.AsSpan().Clear();
    }

    void HandOver(in CallerKey key, in Caller caller)
    {
        Text(tables.Callers, _place.Day);
        Text(tables.Callers, key.Principal);
        Text(tables.Callers, key.Account);
        Text(tables.Callers, key.Kind >> 1);
        tables.Callers.Boolean((key.Kind & 1) != 0);
        Text(tables.Callers, key.Error);
        tables.Callers.Int64(caller.Events);
        Time(tables.Callers, caller.First, long.MaxValue);
        Time(tables.Callers, caller.Last, long.MinValue);
        tables.Callers.EndRow();
    }

    void Text(DuckDbAppender target, int text)
    {
        if (text < 0)
            target.Null();
        else
            target.Text(texts.Texts[text].Span);
    }

    static void Text(DuckDbAppender target, string text) => target.Text(Encoding.UTF8.GetBytes(text));

    static void Time(DuckDbAppender target, long millis, long none)
    {
        if (millis == none)
            target.Null();
        else
            target.Timestamp(millis * 1000);
    }

    readonly record struct CallKey(int Error, int Hour);

    // Kind is the type's number, -1 for none, and in its last bit whether an AWS service called.
    readonly record struct CallerKey(int Principal, int Account, int Kind, int Error)
    {
        public override int GetHashCode() => (((Principal * 31 + Account) * 31 + Kind) * 31 + Error) * -1640531535;
    }

    struct Caller
    {
        public long Events, First, Last; // times in milliseconds since 1970
    }
}
