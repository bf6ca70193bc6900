namespace RebaseBatch.Core.Searching;

/// <summary>Which limit of a <see cref="SearchBudget"/> was reached.</summary>
enum BudgetLimit
{
    SampledTokens,
    Flops,
    Seconds,
    Deadline,
}
