namespace RebaseBatch.Core.Searching;

/// <summary>Which limit of a <see cref="SearchBudget"/> was reached, so that a result can say why its search ended early.</summary>
enum BudgetLimit
{
    SampledTokens,
    Flops,
    Seconds,
    Deadline,

    /// <summary>The whole job's tokens, over all its problems, workers and attempts.</summary>
    JobSampledTokens,

    /// <summary>Likewise, the operations of the policy.</summary>
    JobFlops,

    /// <summary>Likewise, the seconds that the two models decoded.</summary>
    JobDeviceSeconds,
}
