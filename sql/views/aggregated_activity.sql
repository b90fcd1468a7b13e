-- What did aggregated records count: which calls, on what, by whom, in each window?
-- One row per record, dimension and value; filter service, event_date and region to prune.
-- Topic: hygiene. Source: CloudTrail user guide, "Aggregating data events".
-- Example: select window_start, service, value, value_count from aggregated_activity where dimension = 'eventName' order by value_count desc
create or replace view aggregated_activity as
with dimensions as (
    select
        event_date, region, service, event_id, account_id, window_start, window_end, true as is_primary,
        json_extract(summary, '$["primaryDimension"]') as dimension
    from aggregates
    union all
    select event_date, region, service, event_id, account_id, window_start, window_end, false, detail
    from aggregates
    cross join unnest(try_cast(json_extract(summary, '$["details"]') as json array)) as t (detail)
)
select
    event_date,
    region,
    service,
    event_id,
    account_id,
    window_start,
    window_end,
    is_primary,
    json_extract_scalar(dimension, '$["dimension"]') as dimension,
    json_extract_scalar(statistic, '$["name"]') as value,
    try_cast(regexp_extract(json_extract_scalar(statistic, '$["value"]'), '^-?[0-9]+$') as bigint) as value_count
from dimensions
cross join unnest(try_cast(json_extract(dimension, '$["statistics"]') as json array)) as s (statistic)
