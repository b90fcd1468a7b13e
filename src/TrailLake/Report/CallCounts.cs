using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TrailLake.Lake;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Report;

/// <summary>Counts the calls of a partition by error code, and by the hour where the report shows hours of days; and the calls of services and regions by the hour of the day.</summary>
sealed class CallCounts(TextDictionary texts, ScanTables tables, ReportPeriod period)
{
    const int NoHour = ScannedRows.NoHour;

    readonly Dictionary<(int Error, int Hour), long> _calls = [];
    readonly Dictionary<(string Service, string Region), long[]> _hours = [];
    PartitionPlace _place;

    /// <summary>Says which partition the rows are of that come next.</summary>
    public void Enter(PartitionPlace place)
    {
        if (place == _place)
            return;
        HandOver();
        _place = place;
    }

    /// <summary>Counts the rows of a row group.</summary>
    public void Add(ScannedRows rows, bool isInPeriod)
    {
        var errors = rows.Errors;
        var hours = rows.Hours;
        var isHourly = period.IsHourly;
        ref var count = ref Unsafe.NullRef<long>();
        var (last, lastHour) = (int.MinValue, 0);
        for (var row = 0; row < errors.Length; row++)
        {
            var (error, hour) = (errors[row], isHourly ? hours[row] : NoHour);
            if (error != last || hour != lastHour)
                count = ref CollectionsMarshal.GetValueRefOrAddDefault(_calls, (last, lastHour) = (error, hour), out _);
            count++;
        }
        if (!isInPeriod)
            return;
        ref var ofDay = ref CollectionsMarshal.GetValueRefOrAddDefault(_hours, (_place.Service, _place.Region), out _);
        ofDay ??= new long[NoHour + 1];
        foreach (var hour in hours)
            ofDay[hour]++;
    }

    /// <summary>Hands the calls of the partition over.</summary>
    public void HandOver()
    {
        if (_calls.Count == 0)
            return;
        var (day, service, region) = (Encoding.UTF8.GetBytes(_place.Day), Encoding.UTF8.GetBytes(_place.Service), Encoding.UTF8.GetBytes(_place.Region));
        lock (tables.Lock)
        {
            foreach (var ((error, hour), count) in _calls)
            {
                tables.Calls.Text(day);
                tables.Calls.Text(service);
                tables.Calls.Text(region);
                if (hour < NoHour)
                    tables.Calls.Int64(hour);
                else
                    tables.Calls.Null();
                ScanTables.Text(tables.Calls, texts, error);
                tables.Calls.Int64(count);
                tables.Calls.EndRow();
            }
        }
        _calls.Clear();
    }

    /// <summary>Hands the hours over, which are few and of all days.</summary>
    public void HandOverHours()
    {
        lock (tables.Lock)
        {
            foreach (var ((service, region), hours) in _hours)
            {
                for (var hour = 0; hour < NoHour; hour++)
                {
                    if (hours[hour] == 0)
                        continue;
                    tables.Hours.Text(Encoding.UTF8.GetBytes(service));
                    tables.Hours.Text(Encoding.UTF8.GetBytes(region));
                    tables.Hours.Int64(hour);
                    tables.Hours.Int64(hours[hour]);
                    tables.Hours.EndRow();
                }
            }
        }
    }
}
