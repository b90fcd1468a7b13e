-- Where did CloudTrail Insights find unusual rates of calls or errors, and by whom?
-- One row per start or end of an Insight; filter service, event_date and region to prune.
-- Rates are calls or errors a minute.
-- Topic: hygiene. Source: CloudTrail user guide, "CloudTrail Insights fields".
-- Example: select event_time, service, event_name, insight_rate, baseline_rate, main_principal from unusual_activity where state = 'End'
create or replace view unusual_activity as
with contexts as (
    select
        event_date, region, service, event_time, event_id, recipient_account_id, shared_event_id,
        insight_event_name, insight_state, insight_type, insight_error_code, insight_context,
        try_cast(json_extract(insight_context, '$["attributions"]') as json array) as attributions
    from insights
)
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    recipient_account_id,
    shared_event_id, -- the same at start and end
    insight_event_name as event_name,
    insight_state as state,
    insight_type,
    insight_error_code as error_code,
    try_cast(json_extract_scalar(insight_context, '$["statistics"]["baseline"]["average"]') as double) as baseline_rate,
    try_cast(json_extract_scalar(insight_context, '$["statistics"]["insight"]["average"]') as double) as insight_rate,
    try_cast(regexp_extract(json_extract_scalar(insight_context, '$["statistics"]["insightDuration"]'), '^-?[0-9]+$') as bigint) as insight_minutes,
    json_extract_scalar(
        element_at(try_cast(json_extract(element_at(filter(attributions, x -> json_extract_scalar(x, '$["attribute"]') = 'userIdentityArn'), 1), '$["insight"]') as json array), 1),
        '$["value"]'
    ) as main_principal,
    json_extract_scalar(
        element_at(try_cast(json_extract(element_at(filter(attributions, x -> json_extract_scalar(x, '$["attribute"]') = 'userAgent'), 1), '$["insight"]') as json array), 1),
        '$["value"]'
    ) as main_user_agent
from contexts
