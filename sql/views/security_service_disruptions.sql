-- Who switched off or narrowed GuardDuty, Security Hub, Macie, Inspector, Detective, Access Analyzer, WAF or Shield?
-- One row per call; filter service, event_date and region to prune.
-- Topic: evasion. Source: SigmaHQ, aws_guardduty_disruption, aws_securityhub_finding_evasion, aws_macic_evasion; panther-labs/panther-analysis.
-- Example: select event_time, user_arn, service, event_name, region from security_service_disruptions where not is_error
create or replace view security_service_disruptions as
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
    json_extract_scalar(request_parameters, '$["detectorId"]') as detector_id,
    request_parameters as request,
    is_error,
    error_code,
    error_message
from events
where service in ('guardduty', 'securityhub', 'macie2', 'inspector2', 'access-analyzer', 'detective', 'wafv2', 'shield')
    and event_name in (
        'DeleteDetector', 'UpdateDetector', 'DisassociateMembers', 'DeleteMembers', 'StopMonitoringMembers', 'DisassociateFromMasterAccount',
        'DisassociateFromAdministratorAccount', 'DisableOrganizationAdminAccount', 'DeletePublishingDestination', 'CreateIPSet', 'UpdateIPSet',
        'CreateFilter', 'DisableSecurityHub', 'BatchDisableStandards', 'DisableImportFindingsForProduct', 'DeleteActionTarget', 'DisableMacie', 'Disable',
        'DeleteAnalyzer', 'DeleteGraph', 'DeleteWebACL', 'DisassociateWebACL', 'DeleteLoggingConfiguration', 'DeleteProtection', 'DeleteSubscription'
    )
    and (event_name <> 'UpdateDetector' or json_extract_scalar(request_parameters, '$["enable"]') = 'false')
