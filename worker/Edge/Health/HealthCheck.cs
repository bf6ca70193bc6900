namespace RebaseBatch.Edge.Health;

/// <summary>One thing that must be well for the worker to get on.</summary>
/// <param name="Name">database, schema, models, renewal or worker.</param>
/// <param name="Reason">Why not, or what was looked at; one sentence.</param>
sealed record HealthCheck(string Name, bool Ok, string Reason);
