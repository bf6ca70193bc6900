using RebaseBatch.Core.Statistics;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>
/// The results of two runs in one cell: the same problems, the same settings (the seed included) and the same models' names, as in the
/// regression gate of schedules. The weights behind the names, and chance, may differ.
/// </summary>
/// <param name="Title">The cell in words.</param>
/// <param name="First">The first run's job; null if it has none that can be measured. At least one run has a job.</param>
/// <param name="Second">The second run's job; null if it has none that can be measured.</param>
/// <param name="Test">Over the problems that failed in neither job. Null unless both runs have a job, the jobs are different ones, and
/// not too many problems are left out.</param>
/// <param name="Adjusted">The test's two-sided p after Holm's correction for all tested cells; 1 without a test.</param>
sealed record CellComparison(string Title, MeasuredJob? First, MeasuredJob? Second, PairedTest? Test, double Adjusted)
{
    /// <summary>Problems that failed in one of the two jobs or in both; 0 unless both runs have a job.</summary>
    public int LeftOut => LeftOutOf(First, Second);

    /// <summary>Whether so many problems failed that the cell is not compared.</summary>
    public bool LacksTooMany => LacksTooManyOf(First, Second);

    /// <summary>Second minus first with its 95 % interval over problems, -1 to 1; null without a test.</summary>
    public Estimate? Change => Test is null ? null
        : PairedInterval.Of([.. First!.Problems.Zip(Second!.Problems).Where(pair => !(pair.First.Failed || pair.Second.Failed))
            .Select(pair => new PairedOutcome(pair.First.IsRight ? 1 : 0, pair.Second.IsRight ? 1 : 0))]);

    public bool IsDecided => Adjusted < Recommendation.Significance;

    /// <param name="jobs">Jobs of one dataset with a result for every problem, in the order of their numbers.</param>
    /// <returns>In the order of the jobs.</returns>
    public static IReadOnlyList<CellComparison> Of(RunPair runs, IReadOnlyList<MeasuredJob> jobs)
    {
        var titles = CellTitles.Of(jobs);
        // A retried sweep may have several jobs of one cell: the newest counts.
        var cells = jobs.GroupBy(job => JobInputs.HashOf(job.Spec))
            .Select(cell => (Title: titles.Of(cell.First()), First: cell.LastOrDefault(runs.First.Has),
                Second: cell.LastOrDefault(runs.Second.Has))).ToList();
        var tests = cells.Select(cell => Tested(cell.First, cell.Second)).ToList();
        var adjusted = new Queue<double>(Holm.Adjusted([.. tests.OfType<PairedTest>().Select(test => test.TwoSided)]));
        return [.. cells.Zip(tests,
            (cell, test) => new CellComparison(cell.Title, cell.First, cell.Second, test, test is null ? 1 : adjusted.Dequeue()))];
    }

    static PairedTest? Tested(MeasuredJob? first, MeasuredJob? second) =>
        first is null || second is null || first.JobId == second.JobId || LacksTooManyOf(first, second)
            ? null
            : PairedTest.Of(first.Problems.Zip(second.Problems).Where(pair => !(pair.First.Failed || pair.Second.Failed))
                .Select(pair => (pair.First.IsRight, pair.Second.IsRight)));

    static int LeftOutOf(MeasuredJob? first, MeasuredJob? second) => first is null || second is null
        ? 0 : first.Problems.Zip(second.Problems).Count(pair => pair.First.Failed || pair.Second.Failed);

    static bool LacksTooManyOf(MeasuredJob? first, MeasuredJob? second) =>
        FailedShare.IsTooLarge(LeftOutOf(first, second), first?.Problems.Count ?? 0);
}
