-- The table insights on Athena: put the lake's place for s3://BUCKET/PREFIX. Its partitions are made known apart from it.
-- Rendered from src/TrailLake/CloudTrail/Columns.cs by `make sql`.
create external table if not exists `insights` (
    `event_time` timestamp comment 'When the call completed, in UTC.',
    `event_id` string comment 'CloudTrail’s own id of the event; what duplicates are found by.',
    `event_version` string comment 'Version of the record’s format.',
    `event_type` string comment 'What made the record: AwsApiCall, AwsServiceEvent, AwsConsoleSignIn, AwsVpceEvent and others.',
    `event_category` string comment 'Management, Data, NetworkActivity, Insight or Aggregated.',
    `aws_region` string comment 'The region that the call was made to, as the record says it.',
    `recipient_account_id` string comment 'The account that received this record.',
    `shared_event_id` string comment 'One id for an action that several accounts see; for Insights, joins start and end.',
    `insight_state` string comment 'Start or End of the unusual activity.',
    `insight_type` string comment 'ApiCallRateInsight or ApiErrorRateInsight.',
    `insight_event_source` string comment 'The service with the unusual activity.',
    `insight_event_name` string comment 'The call with the unusual activity.',
    `insight_error_code` string comment 'The error with the unusual rate.',
    `insight_context` string comment 'Baseline, measured rate, duration and attributions, as JSON text.',
    `extra` string comment 'Every field that has no column, and every value that its column cannot give back exactly, in the places where the record had them.',
    `empty_objects` string comment 'The JSON paths of objects that stand in the record with nothing in them, such as userIdentity.sessionContext.webIdFederationData, separated by blanks.',
    `source_object` string comment 'The log file that the row came from.',
    `source_index` bigint comment 'The record’s place in that file, from 0.'
)
partitioned by (
    `service` string comment 'The first label of the event’s source, such as s3.',
    `event_date` string comment 'The UTC day of the event, as text: 2024-01-31.',
    `region` string comment 'The region that the call was made to, cleaned for use in a path.'
)
stored as parquet
location 's3://BUCKET/PREFIX/insights/'
tblproperties ('classification' = 'parquet')
