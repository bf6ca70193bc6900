namespace RebaseBatch.Tests.Durable.Batches;

/// <summary>A line of the <see cref="ClaimModel"/>: what waits with one priority and one team.</summary>
sealed class WaitingLine(int priority, string team)
{
    public int Priority => priority;
    public string Team => team;
    public required double Weight { get; init; }

    /// <summary>Batches of the team that run.</summary>
    public int Running { get; set; }

    /// <summary>The due batches in the order of their turns.</summary>
    public required IReadOnlyCollection<WaitingBatch> Due { get; init; }

    public double Start { get; set; }
    public double Pass { get; set; }

    /// <summary>The greatest pass of the team's lines.</summary>
    public double TeamPass { get; set; }
}
