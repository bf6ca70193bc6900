namespace RebaseBatch.Durable.Workers;

/// <summary>
/// What a worker has found that it can't serve. Exactly one of <paramref name="Policy"/>, <paramref name="Reward"/> and
/// <paramref name="JobId"/> is set.
/// </summary>
/// <param name="Policy">Every job with this policy, as jobs name it.</param>
/// <param name="Reward">Every job with this reward model, as jobs name it.</param>
/// <param name="JobId">Only this job.</param>
/// <param name="Reason">What is lacking, why, and the way out.</param>
/// <param name="Until">When the worker tries again.</param>
sealed record WorkerLack(string? Policy, string? Reward, long? JobId, string Reason, DateTimeOffset Until);
