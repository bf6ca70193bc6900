using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports.ModelQuality;

/// <summary>What a reward model's scores were worth in one job.</summary>
/// <param name="Reward">The reward model's name.</param>
/// <param name="Solutions">Finished solutions by their score, as the job's votes aggregate it.</param>
/// <param name="Steps">Steps by their score; empty if the job's steps were deleted.</param>
/// <param name="Rankings">By depth; the finished solutions last.</param>
sealed record ScoreCalibration(
    long JobId, Series Series, int Width, string Reward, ReliabilityCurve Solutions, ReliabilityCurve Steps,
    IReadOnlyList<RankingRow> Rankings)
{
    /// <summary>Answered problems whose steps were deleted, so that only their solutions count.</summary>
    public int WithoutSteps { get; init; }
}
