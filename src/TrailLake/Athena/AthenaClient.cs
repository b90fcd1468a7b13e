using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;

namespace TrailLake.Athena;

/// <summary>The few calls of Amazon Athena that are needed, on the AWS SDK's own pipeline: it signs, retries, waits when it is throttled and times out as for any
/// other service.</summary>
/// <remarks>Names are those of AWSSDK.Athena, which can take this place. The protocol is awsJson 1.1: a POST, the operation in <c>X-Amz-Target</c>.</remarks>
sealed class AthenaClient(AWSCredentials credentials, AthenaClientConfig config) : AmazonServiceClient(credentials, config)
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

    // Read by the base constructor, before anything of this class exists.
    protected override IServiceMetadata ServiceMetadata => new Metadata();

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => pipeline.AddHandlerAfter<Marshaller>(new Signature());

    async Task<TResponse> CallAsync<TRequest, TResponse>(string operation, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TResponse> responseType, CancellationToken cancel)
    {
        var reply = await InvokeAsync<Reply<TResponse>>(new Call(operation, JsonSerializer.SerializeToUtf8Bytes(request, requestType)), new InvokeOptions
        {
            RequestMarshaller = CallMarshaller.Instance,
            ResponseUnmarshaller = new ReplyUnmarshaller<TResponse>(responseType),
        }, cancel).ConfigureAwait(false);
        return reply.Value!;
    }

    sealed class Metadata : IServiceMetadata
    {
        public string ServiceId => AthenaClientConfig.Id;

        public IDictionary<string, string> OperationNameMapping => new Dictionary<string, string>();
    }

    // Without it the pipeline would send requests without a signature.
    sealed class Signature : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    sealed class Call(string operation, byte[] json) : AmazonWebServiceRequest
    {
        public string Operation => operation;

        public byte[] Json => json;
    }

    sealed class Reply<T> : AmazonWebServiceResponse
    {
        public T? Value { get; init; }
    }

    sealed class CallMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public static CallMarshaller Instance { get; } = new();

        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var call = (Call)input;
            return new DefaultRequest(call, AthenaClientConfig.Id)
            {
                HttpMethod = "POST",
                ResourcePath = "/",
                Content = call.Json,
                Headers = { ["Content-Type"] = "application/x-amz-json-1.1", ["X-Amz-Target"] = $"AmazonAthena.{call.Operation}" },
            };
        }
    }

    sealed class ReplyUnmarshaller<T>(JsonTypeInfo<T> type) : JsonResponseUnmarshaller
    {
        public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input) =>
            new Reply<T> { Value = input.IsEmptyResponse ? default : JsonSerializer.Deserialize(input.Stream, type) };

        public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
        {
            using var body = new MemoryStream();
            input.Stream.CopyTo(body);
            return AmazonAthenaException.Of(body.ToArray(), input.ResponseData.GetHeaderValue("x-amzn-ErrorType"), input.ResponseData.GetHeaderValue("x-amzn-RequestId"), statusCode, innerException);
        }
    }
}
