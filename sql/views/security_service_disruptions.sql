-- Who switched off or narrowed GuardDuty, Security Hub, Macie, Inspector, Detective, Access Analyzer, WAF or Shield?
-- One row per call; filter service, event_date and region to prune.
-- Of calls that set many things only those that switch one off; of lists of addresses only GuardDuty's, which are of those that it trusts.
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
        'DeleteDetector', 'UpdateDetector', 'UpdateMemberDetectors', 'DisassociateMembers', 'DisassociateMember', 'DeleteMembers', 'DeleteMember',
        'StopMonitoringMembers', 'DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount', 'DisableOrganizationAdminAccount',
        'DisableDelegatedAdminAccount', 'DeletePublishingDestination', 'CreateIPSet', 'UpdateIPSet', 'CreateFilter', 'DisableSecurityHub',
        'BatchDisableStandards', 'DisableImportFindingsForProduct', 'DeleteActionTarget', 'DisableMacie', 'UpdateMacieSession', 'Disable',
        'DeleteAnalyzer', 'DeleteGraph', 'DeleteWebACL', 'DisassociateWebACL', 'DeleteLoggingConfiguration', 'DeleteProtection', 'DeleteSubscription'
    )
    and (
        event_name not in ('UpdateDetector', 'UpdateMemberDetectors', 'UpdateMacieSession')
        or regexp_like(request_parameters, '"enable"\s*:\s*"?false|"status"\s*:\s*"(DISABLED|PAUSED)"')
    )
    and (service = 'guardduty' or event_name not in ('CreateIPSet', 'UpdateIPSet'))
