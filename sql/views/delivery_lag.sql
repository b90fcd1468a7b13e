-- How long after they happened do events arrive?
-- One row per day, region and account; filter event_date and region to prune.
-- A file's name tells when it was delivered, to the minute. Files that are not named by CloudTrail count as unknown. An addendum is late by its nature.
-- Topic: hygiene. Source: CloudTrail user guide, "How CloudTrail works" (about 5 minutes on average) and "Finding your CloudTrail log files" (time in the file's name).
-- Example: select event_date, region, event_count, later_count, max_lag_minutes from delivery_lag where later_count > 0
create or replace view delivery_lag as
with delivered as (
    select
        event_date, region, service, recipient_account_id,
        date_diff('minute', event_time, try_cast(regexp_replace(
            regexp_extract(source_object, '_([0-9]{8}T[0-9]{4})Z_[^/]*$', 1), '(....)(..)(..)T(..)(..)', '$1-$2-$3 $4:$5:00') as timestamp)) as lag_minutes -- no such time: NULL
    from events
)
select
    event_date,
    region,
    service,
    recipient_account_id,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where lag_minutes < 5) as bigint) as within_5_minutes_count,
    cast(count(*) filter (where lag_minutes >= 5 and lag_minutes < 15) as bigint) as within_15_minutes_count,
    cast(count(*) filter (where lag_minutes >= 15 and lag_minutes < 60) as bigint) as within_60_minutes_count,
    cast(count(*) filter (where lag_minutes >= 60) as bigint) as later_count,
    cast(count(*) filter (where lag_minutes is null) as bigint) as unknown_count,
    cast(max(lag_minutes) as bigint) as max_lag_minutes
from delivered
group by event_date, region, service, recipient_account_id
