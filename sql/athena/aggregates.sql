-- The table aggregates on Athena: put the lake's place for s3://BUCKET/PREFIX. Its partitions are made known apart from it.
-- Rendered from src/TrailLake/CloudTrail/Columns.cs by `make sql`.
create external table if not exists `aggregates` (
    `event_id` string comment 'CloudTrail’s own id of the aggregated record.',
    `event_version` string comment 'Version of the record’s format.',
    `event_source` string comment 'The service that was called, such as s3.amazonaws.com.',
    `event_type` string comment 'What made the record: AwsApiCall, AwsServiceEvent, AwsConsoleSignIn, AwsVpceEvent and others.',
    `event_category` string comment 'Management, Data, NetworkActivity, Insight or Aggregated.',
    `aws_region` string comment 'The region that the call was made to, as the record says it.',
    `account_id` string comment 'The account whose events are summed up.',
    `window_start` timestamp comment 'Start of the window that is summed up, in UTC.',
    `window_end` timestamp comment 'End of that window, in UTC.',
    `window_size` string comment 'Length of that window as an ISO 8601 duration, such as PT5M.',
    `summary` string comment 'The counts by dimension, as JSON text.',
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
location 's3://BUCKET/PREFIX/aggregates/'
tblproperties ('classification' = 'parquet')
