namespace RebaseBatch.Edge.Health;

/// <summary>One check in the answer of a health endpoint.</summary>
/// <param name="Name">database, schema, models, renewal, worker, results, notifications or intake.</param>
/// <param name="Reason">What the check found; one sentence.</param>
sealed record HealthAnswerCheck(string Name, bool Ok, string Reason);
