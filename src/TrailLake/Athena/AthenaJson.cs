using System.Text.Json.Serialization;

namespace TrailLake.Athena;

// Requests and responses with the members that are used here, under the names of Athena's API reference.

sealed record StartQueryExecutionRequest(
    string QueryString, string ClientRequestToken, string? WorkGroup = null, QueryExecutionContext? QueryExecutionContext = null, ResultConfiguration? ResultConfiguration = null);

sealed record QueryExecutionContext(string? Database = null, string? Catalog = null);

sealed record ResultConfiguration(string? OutputLocation = null);

sealed record StartQueryExecutionResponse(string QueryExecutionId);

/// <summary>What GetQueryExecution and StopQueryExecution ask with.</summary>
sealed record QueryExecutionRequest(string QueryExecutionId);

sealed record StopQueryExecutionResponse;

sealed record GetQueryExecutionResponse(QueryExecution QueryExecution);

sealed record QueryExecution(string QueryExecutionId, string? StatementType = null, QueryExecutionStatus? Status = null, QueryExecutionStatistics? Statistics = null);

sealed record QueryExecutionStatus(string? State = null, string? StateChangeReason = null, AthenaError? AthenaError = null);

sealed record AthenaError(int? ErrorCategory = null, int? ErrorType = null, bool? Retryable = null, string? ErrorMessage = null);

sealed record QueryExecutionStatistics(long? DataScannedInBytes = null, long? TotalExecutionTimeInMillis = null);

sealed record GetQueryResultsRequest(string QueryExecutionId, string? NextToken = null, int? MaxResults = null);

sealed record GetQueryResultsResponse(ResultSet? ResultSet = null, string? NextToken = null);

sealed record ResultSet(IReadOnlyList<Row>? Rows = null, ResultSetMetadata? ResultSetMetadata = null);

sealed record Row(IReadOnlyList<Datum>? Data = null);

/// <summary>A value as text; NULL is a datum without one.</summary>
sealed record Datum(string? VarCharValue = null);

sealed record ResultSetMetadata(IReadOnlyList<ColumnInfo>? ColumnInfo = null);

sealed record ColumnInfo(string Name, string Type, string? Label = null, int? Precision = null, int? Scale = null);

sealed record GetWorkGroupRequest(string WorkGroup);

sealed record GetWorkGroupResponse(WorkGroup WorkGroup);

sealed record WorkGroup(string Name, string? State = null, WorkGroupConfiguration? Configuration = null);

sealed record WorkGroupConfiguration(
    ResultConfiguration? ResultConfiguration = null, bool? EnforceWorkGroupConfiguration = null, ManagedQueryResultsConfiguration? ManagedQueryResultsConfiguration = null);

sealed record ManagedQueryResultsConfiguration(bool Enabled = false);

sealed record ListTableMetadataRequest(string CatalogName, string DatabaseName, string? NextToken = null, int? MaxResults = null, string? WorkGroup = null);

sealed record ListTableMetadataResponse(IReadOnlyList<TableMetadata>? TableMetadataList = null, string? NextToken = null);

sealed record TableMetadata(
    string Name, string? TableType = null, IReadOnlyList<TableColumn>? Columns = null, IReadOnlyList<TableColumn>? PartitionKeys = null, IReadOnlyDictionary<string, string>? Parameters = null);

/// <summary>The API's <c>Column</c>.</summary>
sealed record TableColumn(string Name, string? Type = null);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StartQueryExecutionRequest))]
[JsonSerializable(typeof(StartQueryExecutionResponse))]
[JsonSerializable(typeof(QueryExecutionRequest))]
[JsonSerializable(typeof(GetQueryExecutionResponse))]
[JsonSerializable(typeof(StopQueryExecutionResponse))]
[JsonSerializable(typeof(GetQueryResultsRequest))]
[JsonSerializable(typeof(GetQueryResultsResponse))]
[JsonSerializable(typeof(GetWorkGroupRequest))]
[JsonSerializable(typeof(GetWorkGroupResponse))]
[JsonSerializable(typeof(ListTableMetadataRequest))]
[JsonSerializable(typeof(ListTableMetadataResponse))]
sealed partial class AthenaJson : JsonSerializerContext;
