using Amazon.Runtime;
using TrailLake.Aws;

namespace TrailLake.Athena;

/// <summary>The few calls of Amazon Athena that are needed.</summary>
/// <remarks>Names are those of AWSSDK.Athena, which can take this place.</remarks>
sealed class AthenaClient(AWSCredentials credentials, AthenaClientConfig config) : AwsJsonClient(credentials, config)
{
    public Task<StartQueryExecutionResponse> StartQueryExecutionAsync(StartQueryExecutionRequest request, CancellationToken cancel = default) =>
        CallAsync("StartQueryExecution", request, AthenaJson.Default.StartQueryExecutionRequest, AthenaJson.Default.StartQueryExecutionResponse, cancel);

    public Task<GetQueryExecutionResponse> GetQueryExecutionAsync(QueryExecutionRequest request, CancellationToken cancel = default) =>
        CallAsync("GetQueryExecution", request, AthenaJson.Default.QueryExecutionRequest, AthenaJson.Default.GetQueryExecutionResponse, cancel);

    public Task<GetQueryResultsResponse> GetQueryResultsAsync(GetQueryResultsRequest request, CancellationToken cancel = default) =>
        CallAsync("GetQueryResults", request, AthenaJson.Default.GetQueryResultsRequest, AthenaJson.Default.GetQueryResultsResponse, cancel);

    public Task<StopQueryExecutionResponse> StopQueryExecutionAsync(QueryExecutionRequest request, CancellationToken cancel = default) =>
        CallAsync("StopQueryExecution", request, AthenaJson.Default.QueryExecutionRequest, AthenaJson.Default.StopQueryExecutionResponse, cancel);

    public Task<GetWorkGroupResponse> GetWorkGroupAsync(GetWorkGroupRequest request, CancellationToken cancel = default) =>
        CallAsync("GetWorkGroup", request, AthenaJson.Default.GetWorkGroupRequest, AthenaJson.Default.GetWorkGroupResponse, cancel);

    public Task<ListTableMetadataResponse> ListTableMetadataAsync(ListTableMetadataRequest request, CancellationToken cancel = default) =>
        CallAsync("ListTableMetadata", request, AthenaJson.Default.ListTableMetadataRequest, AthenaJson.Default.ListTableMetadataResponse, cancel);

    protected override string TargetPrefix => "AmazonAthena";
}
