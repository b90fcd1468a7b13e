using TrailLake.Lake;
using TrailLake.Sql;

namespace TrailLake;

/// <summary>Finds the days on which a trail delivered nothing, in the ledger.</summary>
static class DeliveryGaps
{
    /// <summary>The gaps, by account and region.</summary>
    /// <remarks>The day of an object's key is the day of delivery, of which every trail has one folder. Where the source lies below the
    /// accounts, the files' names tell. A quiet region delivers nothing, so a gap is a place to look at; only the digests prove that a
    /// file is missing.</remarks>
    public static List<Gap> Of(LakeCatalog catalog)
    {
        using var result = catalog.Query("""
            with names as (select distinct system.main.regexp_replace(object_key, 'T[0-9]{4}Z_[^/]*$', '') as name from ingested_objects), -- hundreds of objects each
            keys as (
                select
                    system.main.regexp_extract(name, '(?:^|/)([0-9]{12})/CloudTrail/([a-z0-9-]+)/([0-9]{4}/[0-9]{2}/[0-9]{2})/[^/]*$', ['account', 'region', 'day']) as by_folder,
                    system.main.regexp_extract(name, '(?:^|/)([0-9]{12})_CloudTrail_([a-z0-9-]+)_([0-9]{8})$', ['account', 'region', 'day']) as by_name
                from names
            ),
            places as (select case when by_folder['account'] <> '' then by_folder else by_name end as place from keys),
            days as (
                select distinct place.account as account, place.region as region, try_strptime(place.day, ['%Y/%m/%d', '%Y%m%d'])::date as day
                from places where place.account <> ''
            ),
            pairs as (select account, region, day, lead(day) over (partition by account, region order by day) as next_day from days where day is not null)
            select account, region, strftime(day + 1, '%Y-%m-%d'), strftime(next_day - 1, '%Y-%m-%d'), next_day - day - 1
            from pairs where next_day > day + 1 order by 1, 2, 3
            """);
        return [.. result.Rows().Select(row => new Gap((string)row[0]!, (string)row[1]!, (string)row[2]!, (string)row[3]!, Convert.ToInt32(row[4])))];
    }
}
