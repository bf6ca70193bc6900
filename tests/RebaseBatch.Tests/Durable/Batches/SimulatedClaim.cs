namespace RebaseBatch.Tests.Durable.Batches;

/// <summary>A batch that a worker took in a <see cref="QueueSimulation"/>.</summary>
/// <param name="Waited">Since its priority was last served, or had something due if that was later.</param>
/// <param name="Highest">The highest priority that waited.</param>
sealed record SimulatedClaim(DateTime At, int Worker, SimulatedJob Job, TimeSpan Waited, int Highest);
