using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>What an ended job cost.</summary>
/// <param name="Problems">The number of problems with a result that is no error; at least 1.</param>
/// <param name="Seconds">Time of one worker at work on it. Waiting does not count, and time shared with other jobs counts in equal shares.
/// Null: not known.</param>
sealed record PastJob(string Policy, string? Reward, SearchStrategy Strategy, int Width, int Problems, double PolicyFlops,
    double TotalFlops, double? Seconds)
{
    /// <summary>As in <see cref="JobSpec.Lookahead"/>.</summary>
    public int Lookahead { get; init; }

    /// <summary>As in <see cref="JobSpec.ScoreEvery"/>.</summary>
    public int ScoreEvery { get; init; } = 1;

    /// <summary>As in <see cref="JobSpec.EmbeddingModel"/>.</summary>
    public string? EmbeddingModel { get; init; }

    /// <summary>As in <see cref="JobSpec.StopAtConfidence"/>.</summary>
    public double? StopAtConfidence { get; init; }

    /// <summary>Whether its searches were of the same kind, so that they cost the same for each solution.</summary>
    public bool IsAlike(JobSpec job) => Strategy == job.Strategy && Lookahead == job.Lookahead && ScoreEvery == job.ScoreEvery
        && StopAtConfidence == job.StopAtConfidence && EmbeddingModel == job.EmbeddingModel;
}
