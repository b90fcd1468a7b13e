-- When did a region of an account fall silent for a day or longer?
-- One row per gap between two events; filter region to prune. It reads every day: a gap has no files.
-- A quiet region is not proof of a lost file: CloudTrail's digest files are. But a busy one that stops is worth a look.
-- A region that fell silent for good is not here, since nothing ends its gap: `traillake status` names it.
-- Topic: hygiene. Source: CloudTrail user guide, "CloudTrail log file integrity validation" (an hour without events still has a digest file).
-- Example: select recipient_account_id, region, silent_since, silent_until, silent_hours from coverage_gaps order by silent_hours desc
create or replace view coverage_gaps as
with hours as (
    select distinct recipient_account_id, region, date_trunc('hour', event_time) as hour_start
    from events
),
steps as (
    select
        recipient_account_id, region, hour_start,
        lag(hour_start) over (partition by recipient_account_id, region order by hour_start) as previous_hour_start
    from hours
)
select
    recipient_account_id,
    region,
    date_add('hour', 1, previous_hour_start) as silent_since,
    hour_start as silent_until,
    cast(date_diff('hour', previous_hour_start, hour_start) - 1 as bigint) as silent_hours
from steps
where date_diff('hour', previous_hour_start, hour_start) > 24
