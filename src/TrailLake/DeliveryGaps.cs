using TrailLake.Lake;
using TrailLake.Sql;

namespace TrailLake;

/// <summary>Finds the days on which a trail delivered nothing, in the ledger.</summary>
static class DeliveryGaps
{
    // CloudTrail delivers again for so long what it could not deliver; what is silent for longer is taken for closed.
    const int MostDaysOpen = 30;

    /// <summary>The gaps: first those that are open, each by account and region.</summary>
    /// <remarks>A gap is open where nothing came since, while others of the lake delivered on a later day; of the lake's last day itself not
    /// all may be there yet. The day of an object's key is the day of delivery, of which every trail has one folder. Where the source lies
    /// below the accounts, the files' names tell. A quiet region delivers nothing, so a gap is a place to look at; only the digests prove
    /// that a file is missing.</remarks>
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
            pairs as (
                select
                    account, region, day, lead(day) over (partition by account, region order by day) as next_day,
                    coalesce(next_day, max(day) over ()) as end_day
                from days where day is not null
            )
            select account, region, strftime(day + 1, '%Y-%m-%d'), strftime(end_day - 1, '%Y-%m-%d'), end_day - day - 1, next_day is null as is_open
            from pairs where end_day > day + 1 and (not is_open or end_day - day - 1 <= $1) order by is_open desc, 1, 2, 3
            """, MostDaysOpen);
        return [.. result.Rows().Select(row => new Gap((string)row[0]!, (string)row[1]!, (string)row[2]!, (string)row[3]!, Convert.ToInt32(row[4]), (bool)row[5]!))];
    }
}
