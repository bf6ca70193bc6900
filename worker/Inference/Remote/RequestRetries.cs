using Polly;

namespace RebaseBatch.Inference.Remote;

/// <summary>Makes the attempts of requests. A step is stored only when it is complete, so a second attempt of it does no harm.</summary>
sealed class RequestRetries(TimeProvider time)
{
    static readonly ResiliencePropertyKey<RequestAttempts> s_attempts = new("attempts");

    readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new()
    {
        ShouldHandle = ended => new(ended.Outcome.Exception is ReplicaFaultException && !Of(ended.Context).IsOver),
        // RequestAttempts counts them.
        MaxRetryAttempts = int.MaxValue,
        DelayGenerator = ended => new(Of(ended.Context).Pause),
        Delay = TimeSpan.FromSeconds(0.25),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        MaxDelay = TimeSpan.FromSeconds(5),
    }).Build();

    /// <param name="attempt">One attempt. It fails with <see cref="ReplicaFaultException"/> after it has told the attempts so.</param>
    /// <exception cref="ReplicaFaultException">The last attempt's.</exception>
    public async Task<T> RunAsync<T>(
        RequestAttempts attempts, Func<RequestAttempts, CancellationToken, Task<T>> attempt, CancellationToken ct)
    {
        var context = ResilienceContextPool.Shared.Get(ct);
        try
        {
            context.Properties.Set(s_attempts, attempts);
            return await _pipeline.ExecuteAsync(
                static async (context, attempt) => await attempt(Of(context), context.CancellationToken), context, attempt);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    static RequestAttempts Of(ResilienceContext context) => context.Properties.GetValue(s_attempts, null!);
}
