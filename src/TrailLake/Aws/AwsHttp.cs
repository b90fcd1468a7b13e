using System.Net.Sockets;
using Amazon.Runtime;

namespace TrailLake.Aws;

/// <summary>The connections to a service of AWS. They give the SDK an answer when it is whole: the SDK reads a body without a deadline and without the caller's token, and one that
/// stops in its middle would hold the program for ever.</summary>
/// <param name="patience">So long may an answer stand still; then it is an IOException, which the SDK tries again.</param>
/// <param name="noSuchHost">The failure that says of a host that nobody has its name, and what to check.</param>
sealed class AwsHttp(TimeSpan patience, Func<string, Exception> noSuchHost) : HttpClientFactory
{
    const int PieceBytes = 64 << 10;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new WholeAnswers(patience, noSuchHost, new SocketsHttpHandler
    {
        ConnectTimeout = clientConfig.ConnectTimeout ?? patience,
        AllowAutoRedirect = clientConfig.AllowAutoRedirect,
        UseCookies = false,
    }))
    { Timeout = Timeout.InfiniteTimeSpan }; // which would end an answer that comes, but slowly

    sealed class WholeAnswers(TimeSpan patience, Func<string, Exception> noSuchHost, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(patience);
            try
            {
                var response = await base.SendAsync(request, deadline.Token).ConfigureAwait(false);
                using var content = response.Content;
                response.Content = await WholeAsync(content, deadline).ConfigureAwait(false);
                return response;
            }
            catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound })
            {
                throw noSuchHost(request.RequestUri!.Host); // the SDK would try a dozen times, in two minutes
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException($"expected an answer, found nothing more of one for {patience.TotalSeconds:0.#} s", e);
            }
        }

        async Task<HttpContent> WholeAsync(HttpContent content, CancellationTokenSource deadline)
        {
            using var body = new MemoryStream();
            await using var stream = await content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            var piece = new byte[PieceBytes];
            while (await stream.ReadAsync(piece, deadline.Token).ConfigureAwait(false) is > 0 and var count)
            {
                body.Write(piece, 0, count);
                deadline.CancelAfter(patience);
            }

            var whole = new ByteArrayContent(body.ToArray());
            foreach (var (name, values) in content.Headers)
                whole.Headers.TryAddWithoutValidation(name, values);
            return whole;
        }
    }
}
