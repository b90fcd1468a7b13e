-- Who changed the organization: its accounts, units, policies and delegations?
-- One row per call; filter event_date and region to prune.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.15.
-- Example: select event_time, user_arn, event_name, target_account_id, policy_id from organizations_changes where not is_error
create or replace view organizations_changes as
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
    coalesce(json_extract_scalar(request_parameters, '$["accountId"]'), json_extract_scalar(request_parameters, '$["target"]["id"]')) as target_account_id,
    json_extract_scalar(request_parameters, '$["policyId"]') as policy_id,
    json_extract_scalar(request_parameters, '$["targetId"]') as target_id,
    json_extract_scalar(request_parameters, '$["destinationParentId"]') as destination_parent_id,
    json_extract_scalar(request_parameters, '$["servicePrincipal"]') as service_principal,
    is_error,
    error_code,
    error_message
from events
where service = 'organizations'
    and event_name in (
        'AcceptHandshake', 'AttachPolicy', 'CancelHandshake', 'CloseAccount', 'CreateAccount', 'CreateGovCloudAccount', 'CreateOrganization',
        'CreateOrganizationalUnit', 'CreatePolicy', 'DeclineHandshake', 'DeleteOrganization', 'DeleteOrganizationalUnit', 'DeletePolicy',
        'DeleteResourcePolicy', 'DeregisterDelegatedAdministrator', 'DetachPolicy', 'DisableAWSServiceAccess', 'DisablePolicyType', 'EnableAllFeatures',
        'EnableAWSServiceAccess', 'EnablePolicyType', 'InviteAccountToOrganization', 'LeaveOrganization', 'MoveAccount', 'PutResourcePolicy',
        'RegisterDelegatedAdministrator', 'RemoveAccountFromOrganization', 'UpdateOrganizationalUnit', 'UpdatePolicy'
    )
