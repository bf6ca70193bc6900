using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;

namespace RebaseBatch.Solving;

/// <summary>The stored names of the reasons why a search ends before it is complete (<c>ended_by</c>). Results hold them: never rename one.</summary>
static class EarlyEnd
{
    /// <summary>Nothing could change the job's own answer any more.</summary>
    public const string Decided = "decided";

    public static string Of(BudgetLimit limit) => limit switch
    {
        BudgetLimit.SampledTokens => "sampled_tokens",
        BudgetLimit.Flops => "flops",
        BudgetLimit.Seconds => "seconds",
        BudgetLimit.Deadline => "deadline",
        _ => throw new ArgumentOutOfRangeException(nameof(limit), limit, "a limit without a stored name"),
    };

    public static string Of(JobLimit limit) => limit switch
    {
        JobLimit.SampledTokens => "job_sampled_tokens",
        JobLimit.Flops => "job_flops",
        JobLimit.DeviceSeconds => "job_device_seconds",
        _ => throw new ArgumentOutOfRangeException(nameof(limit), limit, "a limit without a stored name"),
    };
}
