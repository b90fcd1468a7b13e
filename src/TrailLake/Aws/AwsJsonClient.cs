using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;

namespace TrailLake.Aws;

/// <summary>Calls of a service on the AWS SDK's own pipeline: it signs, retries, waits when it is throttled and times out as for any other service.</summary>
/// <remarks>The protocol is awsJson 1.1: a POST, the operation in <c>X-Amz-Target</c>.</remarks>
abstract class AwsJsonClient(AWSCredentials credentials, AwsClientConfig config) : AmazonServiceClient(credentials, config)
{
    /// <summary>Whether a call of the service failed so; the SDK's exceptions have no root of their own.</summary>
    public static bool IsOfService(Exception failure) => failure is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException or JsonException;

    // Read by the base constructor, before anything of this class exists.
    protected override IServiceMetadata ServiceMetadata => new Metadata(Config.ServiceId);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => pipeline.AddHandlerAfter<Marshaller>(new Signature());

    /// <summary>What the operations' names begin with in <c>X-Amz-Target</c>.</summary>
    protected abstract string TargetPrefix { get; }

    protected async Task<TResponse> CallAsync<TRequest, TResponse>(string operation, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TResponse> responseType, CancellationToken cancel)
    {
        var reply = await InvokeAsync<Reply<TResponse>>(new Call($"{TargetPrefix}.{operation}", JsonSerializer.SerializeToUtf8Bytes(request, requestType)), new InvokeOptions
        {
            RequestMarshaller = new CallMarshaller(Config.ServiceId),
            ResponseUnmarshaller = new ReplyUnmarshaller<TResponse>(responseType),
        }, cancel).ConfigureAwait(false);
        return reply.Value!;
    }

    sealed class Metadata(string serviceId) : IServiceMetadata
    {
        public string ServiceId => serviceId;

        public IDictionary<string, string> OperationNameMapping => new Dictionary<string, string>();
    }

    // Without it the pipeline would send requests without a signature.
    sealed class Signature : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    sealed class Call(string target, byte[] json) : AmazonWebServiceRequest
    {
        public string Target => target;

        public byte[] Json => json;
    }

    sealed class Reply<T> : AmazonWebServiceResponse
    {
        public T? Value { get; init; }
    }

    sealed class CallMarshaller(string serviceId) : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var call = (Call)input;
            return new DefaultRequest(call, serviceId)
            {
                HttpMethod = "POST",
                ResourcePath = "/",
                Content = call.Json,
                Headers = { ["Content-Type"] = "application/x-amz-json-1.1", ["X-Amz-Target"] = call.Target },
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
            return AwsJsonException.Of(body.ToArray(), input.ResponseData.GetHeaderValue("x-amzn-ErrorType"), input.ResponseData.GetHeaderValue("x-amzn-RequestId"), statusCode, innerException);
        }
    }
}
