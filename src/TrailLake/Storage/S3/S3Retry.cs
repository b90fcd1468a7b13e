using Polly;
using Polly.Retry;

namespace TrailLake.Storage.S3;

/// <summary>Makes a request again, after a wait that doubles, where that may help. The SDK does so only until an answer's headers have come;
/// a body that ends early, stands still or is not what was stored comes after them.</summary>
static class S3Retry
{
    const int MaxTries = 8; // 100 ms, 200 ms … 12.8 s: half a minute in all, in which S3 has long split a partition that was too busy

    public static ResiliencePipeline Of(S3Options options) => new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = static outcome => ValueTask.FromResult(outcome.Outcome.Exception is { } failure && S3Failure.Passes(failure)),
        MaxRetryAttempts = MaxTries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.FirstDelay,
        MaxDelay = TimeSpan.FromSeconds(20),
    }).Build();
}
