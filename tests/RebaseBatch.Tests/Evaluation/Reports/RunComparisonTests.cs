using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class RunComparisonTests
{
    static NamedRun Sweep(long id, params long[] jobs) => new(new(IsSweep: true, id), jobs);

    static NamedRun Job(long id) => new(new(IsSweep: false, id), [id]);

    static MeasuredDataset Evaluate(RunPair? runs, params MeasuredJob[] jobs) => Assert.Single(MeasuredDataset.Of(jobs, runs));

    static IReadOnlyList<bool> First(int right) => [.. Enumerable.Range(0, 20).Select(problem => problem < right)];

    static IEnumerable<(long?, long?)> Pairs(MeasuredDataset evaluation) =>
        evaluation.Comparison!.Cells.Select(cell => (cell.First?.JobId, cell.Second?.JobId));

    [Fact]
    public void Runs_are_paired_by_settings_and_models_names_whatever_their_weights()
    {
        var weights = Measured.Small with { Sha256 = "ee55", Parameters = 2000 };
        var evaluation = Evaluate(
            new(Sweep(3, 1, 2), Sweep(9, 3, 4)),
            Measured.Job(1, Measured.Rebase, First(18)), Measured.Job(2, Measured.Greedy, First(10)),
            Measured.Job(3, Measured.Greedy with { Name = "tonight", BatchSize = 7 }, First(10), weights),
            Measured.Job(4, Measured.Rebase, First(4), weights));

        Assert.Equal([(1, 4), (2, 3)], Pairs(evaluation));
        Assert.Equal(["small, rebase 4, weighted", "small, greedy 1, single"], evaluation.Comparison!.Cells.Select(cell => cell.Title));
        Assert.Equal([new PairedTest(14, 0), new PairedTest(0, 0)], evaluation.Comparison.Cells.Select(cell => cell.Test));
        Assert.Equal((2, 1, 0), (evaluation.Comparison.Tested, evaluation.Comparison.FirstBetter, evaluation.Comparison.SecondBetter));
    }

    [Fact]
    public void Chances_are_held_against_the_number_of_cells_that_ran_twice()
    {
        // 6 of 6 has a two-sided chance of 2/64: enough alone, not as one of two tested cells. Neither a shared job nor one without a
        // partner is a test.
        var cells = new[] { Measured.Rebase, Measured.Sampling, Measured.Greedy, Measured.Rebase with { Width = 8 } };
        IReadOnlyList<MeasuredJob> jobs =
        [
            .. cells.Select((spec, i) => Measured.Job(i + 1, spec, First(6))),
            Measured.Job(5, cells[0], First(12)), Measured.Job(6, cells[1], First(12)),
        ];

        var evaluation = Evaluate(new(Sweep(3, 1, 2, 3, 4), Sweep(9, 5, 6, 3)), [.. jobs]);

        Assert.Equal([(1, 5), (2, 6), (3, 3), (4, null)], Pairs(evaluation));
        Assert.Equal([2.0 * 2 / 64, 2.0 * 2 / 64, 1, 1], evaluation.Comparison!.Cells.Select(cell => Math.Round(cell.Adjusted, 12)));
        Assert.Equal((2, 0, 0), (evaluation.Comparison.Tested, evaluation.Comparison.FirstBetter, evaluation.Comparison.SecondBetter));

        var single = Evaluate(new(Sweep(3, 1, 3, 4), Sweep(9, 5, 3)), [.. jobs.Where(job => job.JobId is not (2 or 6))]);
        Assert.Equal((1, 0, 1), (single.Comparison!.Tested, single.Comparison.FirstBetter, single.Comparison.SecondBetter));
    }

    [Fact]
    public void A_cell_is_tested_over_what_failed_in_neither_run_or_not_at_all_where_too_much_failed()
    {
        var evaluation = Evaluate(new(Sweep(3, 1, 2), Sweep(9, 3, 4)),
            Measured.Job(1, Measured.Rebase, First(20)).Failing(0), Measured.Job(2, Measured.Greedy, First(20)).Failing(0, 1),
            Measured.Job(3, Measured.Rebase, First(0)).Failing(19), Measured.Job(4, Measured.Greedy, First(0)).Failing(2));

        // Of 20 problems two may fail. The second cell lacks three, and its test must not make the other test stricter.
        Assert.Equal([(2, false, new PairedTest(18, 0)), (3, true, null)],
            evaluation.Comparison!.Cells.Select(cell => (cell.LeftOut, cell.LacksTooMany, cell.Test)));
        Assert.Equal(new PairedTest(18, 0).TwoSided, evaluation.Comparison.Cells[0].Adjusted);
        Assert.Equal(1, evaluation.Comparison.Tested);
    }

    [Fact]
    public void Seeds_are_cells_of_their_own_and_of_a_cell_run_again_the_newest_job_counts()
    {
        var evaluation = Evaluate(
            new(Sweep(3, 1, 2), Sweep(9, 3, 4, 5)),
            Measured.Job(1, Measured.Rebase, First(5)), Measured.Job(2, Measured.Rebase with { Seed = 1 }, First(6)),
            Measured.Job(3, Measured.Rebase with { Seed = 1 }, First(7)), Measured.Job(4, Measured.Rebase, First(8)),
            Measured.Job(5, Measured.Rebase, First(9)));

        Assert.Equal([(1, 5), (2, 3)], Pairs(evaluation));
        Assert.Equal(["small, rebase 4, weighted, seed 0", "small, rebase 4, weighted, seed 1"],
            evaluation.Comparison!.Cells.Select(cell => cell.Title));
        // The points are of the newer jobs alone.
        Assert.All(evaluation.Points, point => Assert.Equal([3, 5], point.Jobs));
        Assert.Equal(["jobs 1, 2, 4 are not in the figures: newer jobs have the same settings and seeds"], evaluation.Remarks);
    }

    [Fact]
    public void Runs_without_a_cell_in_common_do_not_meet_and_make_points_side_by_side()
    {
        var evaluation = Evaluate(
            new(Sweep(3, 1, 2), Sweep(9, 3)), Measured.Job(1, Measured.Rebase, First(5)), Measured.Job(2, Measured.Greedy, First(6)),
            Measured.Job(3, Measured.Sampling, First(7)));

        Assert.False(evaluation.Comparison!.Meet);
        Assert.Equal([(1, null), (2, null), (null, 3)], Pairs(evaluation));
        Assert.Equal([1, 2, 3], evaluation.OwnPoints.SelectMany(point => point.Jobs).Order());
    }

    [Fact]
    public void Two_runs_are_a_pair_but_two_jobs_alone_are_compared_whatever_their_settings()
    {
        Assert.NotNull(RunPair.Of([Sweep(3, 1, 2), Sweep(9, 3)]));
        Assert.NotNull(RunPair.Of([Sweep(3, 1, 2), Job(1)]));
        Assert.NotNull(RunPair.Of([Sweep(3, 1), Sweep(9, 1)]));
        Assert.Null(RunPair.Of([Job(1), Job(2)]));
        Assert.Null(RunPair.Of([Sweep(3, 1), Sweep(9, 2)]));
        Assert.Null(RunPair.Of([Sweep(3, 1, 2)]));
        Assert.Null(RunPair.Of([Sweep(3, 1), Sweep(9, 2), Job(4)]));
    }
}
