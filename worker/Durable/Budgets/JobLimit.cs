namespace RebaseBatch.Durable.Budgets;

/// <summary>Which of a <see cref="JobLimits"/> was reached.</summary>
enum JobLimit
{
    SampledTokens,
    Flops,
    DeviceSeconds,
}
