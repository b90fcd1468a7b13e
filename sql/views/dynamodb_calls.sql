-- Which Amazon DynamoDB calls were made, on which tables and items?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: DynamoDB developer guide, "Logging DynamoDB operations by using AWS CloudTrail".
-- Example: select event_name, table_name, count(*) as calls from dynamodb_calls group by event_name, table_name
create or replace view dynamodb_calls as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    event_name,
    recipient_account_id,
    user_type,
    user_arn,
    user_access_key_id,
    session_issuer_arn,
    source_ip_address,
    user_agent,
    read_only,
    is_error,
    error_code,
    error_message,

    -- The table.
    coalesce(
        json_extract_scalar(request_parameters, '$["tableName"]'),
        json_extract_scalar(response_elements, '$["tableDescription"]["tableName"]')
    ) as table_name,
    coalesce(json_extract_scalar(response_elements, '$["tableDescription"]["tableArn"]'), element_at(resource_arns, 1)) as table_arn,
    json_extract_scalar(response_elements, '$["tableDescription"]["tableStatus"]') as table_status,
    json_extract_scalar(request_parameters, '$["indexName"]') as index_name,
    json_extract_scalar(request_parameters, '$["billingMode"]') as billing_mode,
    json_extract_scalar(request_parameters, '$["deletionProtectionEnabled"]') = 'true' as is_deletion_protected,

    -- Items. item_key and transaction are JSON.
    json_format(json_extract(request_parameters, '$["key"]')) as item_key,
    coalesce(
        json_format(json_extract(request_parameters, '$["transactItems"]')),
        json_format(json_extract(request_parameters, '$["requestItems"]'))
    ) as transaction,
    json_extract_scalar(request_parameters, '$["consistentRead"]') = 'true' as is_consistent_read,
    json_extract_scalar(request_parameters, '$["filterExpression"]') as filter_expression,
    json_extract_scalar(request_parameters, '$["statement"]') as query_statement,

    -- Backups and exports.
    coalesce(
        json_extract_scalar(request_parameters, '$["backupArn"]'),
        json_extract_scalar(response_elements, '$["backupDetails"]["backupArn"]')
    ) as backup_arn,
    json_extract_scalar(request_parameters, '$["s3Bucket"]') as export_bucket,
    json_extract_scalar(response_elements, '$["exportDescription"]["exportArn"]') as export_arn,
    user_invoked_by
from events
where service = 'dynamodb'
