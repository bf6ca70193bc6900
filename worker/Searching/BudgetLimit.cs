namespace RebaseBatch.Searching;

/// <summary>Which limit of a <see cref="SearchBudget"/> was reached, so that a result can say why its search ended early.</summary>
enum BudgetLimit
{
    SampledTokens,
    Flops,
    Seconds,
    Deadline,
}
