-- Which fields do records have that no column is made for, or in a form that it does not expect?
-- One row per day, region, service, version and field; filter event_date, region or service to prune.
-- Nothing of it is lost: the values stand in extra, in their places. Names that begin with $ are the lake's own.
-- Topic: hygiene. Source: CloudTrail user guide, "CloudTrail record contents" (new minor versions add fields).
-- Example: select field, service, event_version, sum(event_count) as events, min(event_date) as since from field_drift group by field, service, event_version
create or replace view field_drift as
with places as (
    -- each place of a record where CloudTrail adds fields; the table is read once for all of them
    select event_date, region, service, event_version, event_id, place,
        case place
            when 'userIdentity.' then json_extract(extra, '$["userIdentity"]')
            when 'userIdentity.sessionContext.' then json_extract(extra, '$["userIdentity"]["sessionContext"]')
            when 'tlsDetails.' then json_extract(extra, '$["tlsDetails"]')
            else json_parse(extra)
        end as fields
    from events
    cross join (values (''), ('userIdentity.'), ('userIdentity.sessionContext.'), ('tlsDetails.')) as p (place)
    where extra is not null
),
fields as (
    select event_date, region, service, event_version, event_id, place || field_name as field
    from places
    cross join unnest(map_keys(try_cast(fields as map(varchar, json)))) as t (field_name)
)
select
    event_date,
    region,
    service,
    event_version,
    field,
    cast(count(*) as bigint) as event_count,
    min(event_id) as event_id_example -- the first in order, so that the answer is always the same
from fields
where field not in ('userIdentity', 'userIdentity.sessionContext', 'tlsDetails')
    and substr(field, 1, 1) <> '$'
group by event_date, region, service, event_version, field
