using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>The titles of runs' cells: the models' names, and the settings that tell cells apart.</summary>
sealed class CellTitles
{
    readonly SeriesNames _names;
    readonly bool _seeds;

    CellTitles(SeriesNames names, bool seeds) => (_names, _seeds) = (names, seeds);

    /// <param name="jobs">All jobs that are shown together.</param>
    public static CellTitles Of(IReadOnlyList<MeasuredJob> jobs) =>
        new(SeriesNames.Of(jobs.Select(LineOf)), jobs.Select(job => job.Spec.Seed).Distinct().Count() > 1);

    /// <summary><c>tiny-math-policy-s, rebase 16, weighted</c>, with the seed where there are several.</summary>
    public string Of(MeasuredJob job) => $"{_names.Of(LineOf(job), job.Spec.Width)}{(_seeds ? $", seed {job.Spec.Seed}" : "")}";

    // Without the weights: a cell has one title for both runs.
    static Series LineOf(MeasuredJob job)
    {
        var line = Series.Of(job, VotingRule.OwnOf(job.Spec));
        return line with
        {
            Policy = Named(job.Spec.Policy),
            Reward = line.Reward is not null && job.Spec.Reward is { } reward ? Named(reward) : null,
        };
    }

    static MeasuredModel Named(string model) => MeasuredModel.Of(RemoteUri.NameOf(model), sha256: "", parameters: 0);
}
