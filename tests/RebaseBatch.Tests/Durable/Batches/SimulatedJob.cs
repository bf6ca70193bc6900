namespace RebaseBatch.Tests.Durable.Batches;

/// <summary>A job of a <see cref="QueueSimulation"/>; its batches take between half and one and a half times its minutes.</summary>
sealed record SimulatedJob(DateTime At, int Priority, string Team, int Batches, double Minutes, Random Random)
{
    public int BatchSize { get; init; } = 16;

    public TimeSpan NextDuration() => TimeSpan.FromMinutes(Minutes * (0.5 + Random.NextDouble()));
}
