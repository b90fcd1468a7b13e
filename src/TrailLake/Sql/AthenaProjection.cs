using TrailLake.CloudTrail;
using TrailLake.Lake;

namespace TrailLake.Sql;

/// <summary>Partition projection: Athena makes up the partitions of a table from its properties, instead of looking them up in the catalog.</summary>
/// <remarks>Athena user guide, "Partition projection". No new partition has to be made known, but every service that was ever seen is looked for in every region on every day:
/// Athena lists a folder for each, also where there is none, and more than a million cannot be scanned.</remarks>
static class AthenaProjection
{
    /// <summary>The property that switches it on, and what it must say for that.</summary>
    public const string Enabled = "projection.enabled";

    // A table without partitions still needs a value for each column; CloudTrail began on this day.
    const string NoValue = "unknown", FirstDay = "2013-11-13";

    /// <summary>A table's properties.</summary>
    /// <param name="table">The table.</param>
    /// <param name="lake">The lake's place on S3, without a slash at its end.</param>
    /// <param name="partitions">The partitions that it has.</param>
    /// <exception cref="CatalogException">A value cannot stand in the list of an enumeration.</exception>
    public static IReadOnlyDictionary<string, string> Properties(LakeTable table, string lake, IReadOnlyCollection<LakePartition> partitions) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        [Enabled] = "true",
        ["projection.service.type"] = "enum",
        ["projection.service.values"] = Values(partitions.Select(partition => partition.Service)),
        ["projection.event_date.type"] = "date",
        ["projection.event_date.format"] = "yyyy-MM-dd",
        ["projection.event_date.interval"] = "1",
        ["projection.event_date.interval.unit"] = "DAYS",
        ["projection.event_date.range"] = $"{partitions.Select(partition => partition.EventDate).DefaultIfEmpty(FirstDay).Min(StringComparer.Ordinal)},NOW",
        ["projection.region.type"] = "enum",
        ["projection.region.values"] = Values(partitions.Select(partition => partition.Region)),
        ["storage.location.template"] = $"{lake}/{DuckDbView.NameOf(table)}/service=${{service}}/event_date=${{event_date}}/region=${{region}}/",
    };

    /// <summary>How many folders a query without a filter makes Athena look for.</summary>
    public static long Combinations(IReadOnlyCollection<LakePartition> partitions, DateOnly today) => partitions.Count == 0 ? 0
        : (long)partitions.Select(partition => partition.Service).Distinct().Count() * partitions.Select(partition => partition.Region).Distinct().Count()
            * (DateOnly.TryParseExact(partitions.Min(partition => partition.EventDate), "yyyy-MM-dd", out var first) ? Math.Max(1, today.DayNumber - first.DayNumber + 1) : 1);

    static string Values(IEnumerable<string> values) => string.Join(',', values.Distinct().Order(StringComparer.Ordinal).DefaultIfEmpty(NoValue).Select(value =>
        value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') ? value
        : throw new CatalogException($"partition projection: expected services and regions of letters, digits, - and _, found '{value}', whose folder Athena would not find. Deploy with --projection false, which lists the partitions.")));
}
