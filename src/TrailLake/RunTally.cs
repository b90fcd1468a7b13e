using TrailLake.CloudTrail;
using TrailLake.Lake;

namespace TrailLake;

/// <summary>Sums up what a run knows of its objects, part by part: what a part was made of is forgotten after it.</summary>
/// <param name="report">What the run knew before its first object.</param>
sealed class RunTally(RunReport report, WorkList work)
{
    readonly List<long> _lags = []; // seconds from an object's last event to its delivery

    RunReport _settled = report;

    /// <summary>The objects before this one are summed up and forgotten.</summary>
    public int First { get; private set; }

    /// <summary>The report, with the objects up to one in it.</summary>
    public RunReport Until(int end)
    {
        var lags = new List<long>(_lags.Count + end - First);
        lags.AddRange(_lags);
        AddLags(lags, end);
        return Sum(end) with { DeliveryLag = DeliveryLag.Of(lags) };
    }

    /// <summary>Sums up the objects up to one for good.</summary>
    public void Settle(int end)
    {
        _settled = Sum(end);
        AddLags(_lags, end);
        work.Forget(First, end);
        First = end;
    }

    void AddLags(List<long> lags, int end)
    {
        foreach (var entry in work.Entries(First, end))
        {
            if (entry.LastEventTime is { } last && entry.Source.DeliveredAt is { } delivered)
                lags.Add(Math.Max(0, (long)(delivered - DateTime.UnixEpoch.AddMilliseconds(last)).TotalSeconds));
        }
    }

    RunReport Sum(int end)
    {
        var entries = work.Entries(First, end).ToArray();
        return _settled with
        {
            ObjectsPassedOver = _settled.ObjectsPassedOver + entries.Count(entry => entry.Outcome == LedgerEntry.PassedOver),
            ObjectsIngested = _settled.ObjectsIngested + entries.Count(entry => entry.Outcome == LedgerEntry.Ingested),
            ObjectsQuarantined = _settled.ObjectsQuarantined + entries.Count(entry => entry.Outcome is LedgerEntry.Quarantined or LedgerEntry.Unreadable),
            BytesCompressed = _settled.BytesCompressed + entries.Sum(entry => entry.SizeBytes),
            BytesJson = _settled.BytesJson + entries.Sum(entry => entry.BytesJson),
            RecordsRead = _settled.RecordsRead + entries.Sum(entry => entry.RecordsRead),
            RecordsQuarantined = _settled.RecordsQuarantined + entries.Sum(entry => entry.RecordsQuarantined),
        };
    }
}
