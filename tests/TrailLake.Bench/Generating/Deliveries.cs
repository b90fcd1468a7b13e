namespace TrailLake.Bench.Generating;

/// <summary>What CloudTrail delivers at one time for one account and region: some files, of so many records each.</summary>
sealed record Delivery(int Account, string Region, DateTime Time, int[] Records);

/// <summary>Deals a trail's events out to deliveries: some accounts and regions are busy and most are not, days are busier than nights, and a busy
/// delivery is cut into files of very different sizes.</summary>
static class Deliveries
{
    const double EventsPerFile = 300;
    const int MostFiles = 15;

    public static IEnumerable<Delivery> Of(TrailOptions options)
    {
        var cells = Cells(options).ToList();
        var (total, sum, dealt) = (cells.Sum(cell => cell.Weight), 0.0, 0L);
        foreach (var (account, region, slot, weight) in cells)
        {
            sum += weight;
            var count = (int)((long)Math.Round(options.Events * sum / total) - dealt);
            dealt += count;
            if (count == 0)
                continue;
            var dice = Dice.Of(options.Seed, "files", account, region, slot);
            yield return new(account, TrailOptions.AllRegions[region], TrailOptions.Start.AddMinutes(slot * options.DeliveryMinutes), [.. Cut(count, options, dice)]);
        }
    }

    // In the order of the files' paths, as a listing has them.
    static IEnumerable<(int Account, int Region, int Slot, double Weight)> Cells(TrailOptions options)
    {
        var slots = options.Days * 24 * 60 / options.DeliveryMinutes;
        for (var account = 0; account < options.Accounts; account++)
        {
            for (var region = 0; region < options.Regions; region++)
            {
                // us-east-1 leads everywhere; which other regions are busy differs by account.
                var rank = region == 0 ? 0 : 1 + (region - 1 + account * 5) % (options.Regions - 1);
                var dice = Dice.Of(options.Seed, "load", account, region);
                for (var slot = 0; slot < slots; slot++)
                {
                    var hour = slot * options.DeliveryMinutes / 60.0;
                    var weight = Zipf.Weight(account, 0.7) * Zipf.Weight(rank, 1.9) * (1 + 0.6 * Math.Sin((hour - 8) / 24 * 2 * Math.PI)) * dice.LogNormal(0, 0.9);
                    yield return (account, region, slot, options.IsEven ? 1 : weight);
                }
            }
        }
    }

    static IEnumerable<int> Cut(int count, TrailOptions options, Dice dice)
    {
        var files = options.IsEven || count < 60 ? 1 : 1 + Math.Min(MostFiles - 1, (int)dice.Exponential(count / EventsPerFile + 0.35));
        double[] shares = [.. Enumerable.Range(0, files).Select(_ => dice.LogNormal(0, 1.15))];
        var (total, sum, dealt) = (shares.Sum(), 0.0, 0);
        foreach (var share in shares)
        {
            sum += share;
            var records = (int)Math.Round(count * sum / total) - dealt;
            dealt += records;
            if (records > 0)
                yield return records;
        }
    }
}
