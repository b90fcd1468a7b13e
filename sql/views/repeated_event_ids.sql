-- Which event ids stand for more than one record?
-- One row per day, region, service and event id; filter event_date, region or service to prune.
-- A record that is delivered again is in the lake once. These say something else under the same id, as placeholders and anonymised sets do.
-- Topic: hygiene. Source: CloudTrail user guide, "CloudTrail record contents" (eventID).
-- Example: select event_id, record_count, event_names from repeated_event_ids order by record_count desc
create or replace view repeated_event_ids as
select
    event_date,
    region,
    service,
    event_id,
    cast(count(*) as bigint) as record_count,
    cast(count(distinct source_object) as bigint) as source_object_count,
    array_join(array_sort(array_agg(distinct event_name)), ', ') as event_names,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
where event_id is not null
group by event_date, region, service, event_id
having count(*) > 1
