-- Who still calls with old TLS, and how far is post-quantum key exchange?
-- One row per day, region, service, TLS version and key exchange; filter event_date, region or service to prune.
-- Topic: hygiene. Source: CloudTrail user guide, "CloudTrail record contents" (tlsDetails); AWS security blog, "TLS 1.2 to become the minimum".
-- Example: select tls_version, key_exchange, sum(event_count) as calls from tls_usage group by tls_version, key_exchange order by calls desc
create or replace view tls_usage as
select
    event_date,
    region,
    service,
    tls_version,
    tls_key_exchange as key_exchange,
    tls_version not in ('TLSv1.2', 'TLSv1.3') as is_outdated,
    coalesce(tls_key_exchange like '%MLKEM%', false) as is_post_quantum,
    cast(count(*) as bigint) as event_count,
    cast(count(distinct coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)) as bigint) as principal_count,
    cast(count(distinct user_agent) as bigint) as user_agent_count,
    min(user_agent) as user_agent_example -- the first in the alphabet, so that the answer is always the same
from events
where tls_version is not null
group by event_date, region, service, tls_version, tls_key_exchange
