using RebaseBatch.Core.Statistics;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Environments;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Everything measured on one dataset.</summary>
/// <param name="Problems">With a gold answer; 1 or more.</param>
/// <param name="Jobs">The jobs that the figures are made from, in the order of their numbers.</param>
/// <param name="Points">By series and width.</param>
/// <param name="Remarks">What a reader of the figures should know.</param>
/// <param name="Comparison">Of the two runs that were named; null unless exactly two were named.</param>
sealed record MeasuredDataset(
    string Name, int Problems, IReadOnlyList<MeasuredJob> Jobs, IReadOnlyList<MeasuredPoint> Points, SeriesNames Names,
    IReadOnlyList<string> Remarks, RunComparison? Comparison)
{
    /// <summary>Points by the vote that gave the jobs their answers: one for each search.</summary>
    public IEnumerable<MeasuredPoint> OwnPoints => Points.Where(point => point.IsOwnVote);

    /// <summary>The dataset's level of each problem. A job that was enqueued without levels uses those of the other jobs.</summary>
    public IReadOnlyList<short?> Levels =>
        [.. Enumerable.Range(0, Problems)
            .Select(problem => Jobs.Select(job => job.Problems[problem].Level).LastOrDefault(level => level is not null))];

    /// <summary>
    /// One for each dataset. It leaves out jobs with problems that have no result, because their accuracy would be over other problems, and
    /// jobs of which every problem failed. Of jobs that are equal in everything, the seed included, it keeps only the newest, unless there
    /// are just two jobs: those are to be compared.
    /// </summary>
    /// <param name="runs">Compared cell by cell; null unless these are the jobs of exactly two runs.</param>
    public static IReadOnlyList<MeasuredDataset> Of(IEnumerable<MeasuredJob> jobs, RunPair? runs = null) =>
        [.. jobs.GroupBy(job => job.DatasetKey).Select(dataset => OfDataset(dataset, runs)).OfType<MeasuredDataset>()];

    /// <summary>Why the job can't be measured, in a sentence; null if it can.</summary>
    public static string? WhyLeftOut(MeasuredJob job) =>
        job.Problems.Count == 0 ? $"job {job.JobId} is left out: none of its problems has a gold answer"
        : job.WithoutResult > 0 ? $"job {job.JobId} is left out: {Count(job.WithoutResult)} not answered{SoFar(job)}"
        : !job.Graded.Any() ? $"job {job.JobId} is left out: all its problems failed"
        : null;

    /// <summary>What a job that was cancelled has, so that nobody takes the accuracy of a few problems for that of all.</summary>
    static string SoFar(MeasuredJob job) => job.Graded.Count(problem => problem.HasResult) is > 0 and var graded
        ? $"; of the {job.Problems.Count} with a gold answer it answered {graded}, "
            + $"{job.Problems.Count(problem => problem.IsRight)} of them right" : "";

    static MeasuredDataset? OfDataset(IEnumerable<MeasuredJob> jobs, RunPair? runs)
    {
        var remarks = new List<string>();
        var whole = new List<MeasuredJob>();
        foreach (var job in jobs.OrderBy(job => job.JobId))
        {
            if (WhyLeftOut(job) is { } reason) remarks.Add(reason);
            else whole.Add(job);
        }

        if (whole.Count == 0) return null;
        remarks.AddRange(whole.SelectMany(job => RemarksOn(job, whole)));
        if (whole.SelectMany(job => job.Graders).Distinct().Count() > 1)
            remarks.Add("the figures contain verdicts of different versions of the grader: 'rebase results regrade JOB' grades a job "
                + "again");
        remarks.AddRange(RanOn.Differences(
            whole.Select(job => new RanOn($"job {job.JobId}", job.Policy.Name, job.Reward?.Name, job.Environments)))
            .Select(difference => $"not all jobs ran alike, and that alone may change scores: {difference}"));
        var problems = whole[0].Problems.Count;
        var comparison = runs is null ? null : new RunComparison(runs, CellComparison.Of(runs, whole));
        var points = Measure(whole, areApart: whole.Count == 2 && comparison is null, remarks);
        var dataset = whole.Select(job => job.DatasetName).LastOrDefault(name => name is not null)
            ?? $"unnamed dataset {whole[0].DatasetKey[..8]}";
        return new(dataset, problems, whole, points, SeriesNames.Of(points.Select(point => point.Series)), remarks, comparison);
    }

    /// <param name="areApart">Whether each job makes its own points, even if jobs are equal.</param>
    static List<MeasuredPoint> Measure(List<MeasuredJob> jobs, bool areApart, List<string> remarks)
    {
        var points = new List<MeasuredPoint>();
        var votes = jobs.SelectMany(job => VotingRule.AllOf(job.Spec).Select(vote => (Job: job, Vote: vote)));
        foreach (var alike in votes.GroupBy(
            pair => (Line: Series.Of(pair.Job, pair.Vote), pair.Job.Spec.Width, Job: areApart ? pair.Job.JobId : 0)))
        {
            var newest = alike.GroupBy(pair => pair.Job.Spec.Seed).Select(seed => seed.Last().Job).OrderBy(job => job.JobId).ToList();
            points.Add(Point(alike.Key.Line, alike.Key.Width, newest));
        }

        var measured = points.SelectMany(point => point.Jobs).ToHashSet();
        long[] superseded = [.. jobs.Select(job => job.JobId).Where(job => !measured.Contains(job))];
        if (superseded is [var one]) remarks.Add($"job {one} is not in the figures: a newer job has the same settings and seed");
        else if (superseded.Length > 1) remarks.Add($"jobs {string.Join(", ", superseded)} are not in the figures: newer jobs have the "
            + "same settings and seeds");
        return
        [
            .. points.OrderBy(point => point.Series.Policy.Parameters).ThenBy(point => point.Series.Strategy)
                .ThenBy(point => point.Series.Vote.Method)
                .ThenBy(point => point.Width).ThenBy(point => point.Jobs[0]),
        ];
    }

    static MeasuredPoint Point(Series line, int width, List<MeasuredJob> jobs)
    {
        var tallies = new (int Right, int Graded)[jobs[0].Problems.Count];
        for (var i = 0; i < tallies.Length; i++)
        {
            var graded = jobs.Where(job => !job.Problems[i].Failed).ToList();
            tallies[i] = (graded.Count(job => job.Problems[i].RightVotes.Contains(line.Vote)), graded.Count);
        }

        double?[] shares = [.. tallies.Select(tally => tally.Graded == 0 ? null : (double?)tally.Right / tally.Graded)];
        var problems = jobs.SelectMany(job => job.Graded).ToList();
        return new(
            line, width, [.. jobs.Select(job => job.JobId)], jobs.Any(job => VotingRule.OwnOf(job.Spec) == line.Vote), shares,
            problems.Average(problem => problem.PolicyFlops),
            problems.Average(problem =>
                problem.PolicyEvaluatedFlops + (line.Reward is null ? 0 : problem.RewardFlops) + problem.EmbeddingFlops),
            ShareInterval.Of(shares, jobs.Count))
        {
            Right = problems.Count(problem => problem.RightVotes.Contains(line.Vote)),
            Graded = problems.Count,
            Tallies = tallies,
            Failed = jobs.Sum(job => job.Problems.Count(problem => problem.Failed)),
            Unanswered = problems.Count(problem => problem.Unanswered),
        };
    }

    static IEnumerable<string> RemarksOn(MeasuredJob job, IReadOnlyList<MeasuredJob> jobs)
    {
        if (job.Failed > 0)
            yield return $"job {job.JobId}: {Count(job.Failed)} failed and left out"
                + (FailedShare.IsTooLarge(job.Problems.Count(problem => problem.Failed), job.Problems.Count)
                    ? ", more than a tenth: its figures are no comparison with others" : "")
                + $"; 'rebase jobs retry {job.JobId}' solves them again";
        if (job.Problems.Count(problem => problem.Unanswered) is > 0 and var unanswered)
            yield return $"job {job.JobId}: {Count(unanswered)} left unanswered by the model, counted as not right"
                + (job.UnansweredCauses is { Count: > 0 } causes ? $": {UnansweredText.Causes(causes)}" : "");
        if (job.Ungraded > 0) yield return $"job {job.JobId}: {Count(job.Ungraded)} without a gold answer left out";
        if (EarlyStopEffect.Of(job, jobs) is { } effect) yield return effect.TextOf(job);
        else if (job.EndedEarly > 0) yield return $"job {job.JobId}: {Count(job.EndedEarly)} ended early by a limit or a decided vote";
    }

    static string Count(int problems) => problems == 1 ? "1 problem" : $"{problems} problems";
}
