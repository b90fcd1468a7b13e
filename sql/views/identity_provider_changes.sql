-- Who added, changed or removed an identity provider?
-- One row per call; filter event_date and region to prune.
-- Topic: identity. Source: panther-labs/panther-analysis, aws_saml_activity; SigmaHQ, aws_susp_saml_activity.
-- Example: select event_time, user_arn, event_name, provider_arn from identity_provider_changes where not is_error
create or replace view identity_provider_changes as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    recipient_account_id,
    event_name,
    user_type,
    user_arn,
    user_access_key_id,
    user_invoked_by,
    source_ip_address,
    user_agent,
    coalesce(
        json_extract_scalar(request_parameters, '$["sAMLProviderArn"]'),
        json_extract_scalar(response_elements, '$["sAMLProviderArn"]'),
        json_extract_scalar(request_parameters, '$["openIDConnectProviderArn"]'),
        json_extract_scalar(response_elements, '$["openIDConnectProviderArn"]')
    ) as provider_arn,
    json_extract_scalar(request_parameters, '$["name"]') as provider_name,
    json_extract_scalar(request_parameters, '$["url"]') as provider_url,
    json_format(json_extract(request_parameters, '$["clientIDList"]')) as client_ids,
    is_error,
    error_code,
    error_message
from events
where service = 'iam'
    and event_name in (
        'CreateSAMLProvider', 'UpdateSAMLProvider', 'DeleteSAMLProvider', 'CreateOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint',
        'AddClientIDToOpenIDConnectProvider', 'RemoveClientIDFromOpenIDConnectProvider', 'DeleteOpenIDConnectProvider'
    )
