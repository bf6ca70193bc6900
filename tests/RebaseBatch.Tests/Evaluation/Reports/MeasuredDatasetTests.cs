using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class MeasuredDatasetTests
{
    static MeasuredPoint Weighted(MeasuredDataset evaluation) =>
        evaluation.Points.Single(point => point.Series.Vote.Method is VotingMethod.Weighted);

    [Fact]
    public void Jobs_that_differ_in_their_seed_alone_are_one_point()
    {
        var evaluation = Assert.Single(MeasuredDataset.Of(
        [
            Measured.Job(1, Measured.Rebase, [true, true, false, false]),
            Measured.Job(2, Measured.Rebase with { Seed = 1, Name = "again", BatchSize = 3 }, [true, false, false, false]),
            Measured.Job(3, Measured.Rebase with { Seed = 2 }, [true, false, true, false]),
        ]));

        var point = Weighted(evaluation);
        Assert.Equal([1, 1.0 / 3, 1.0 / 3, 0], point.Shares);
        Assert.Equal([1, 2, 3], point.Jobs);
        Assert.Equal(5.0 / 12, point.Accuracy.Value, 12);
    }

    [Fact]
    public void Of_jobs_alike_down_to_the_seed_the_newest_counts_and_the_reader_is_told()
    {
        var evaluation = MeasuredDataset.Of(
        [
            Measured.Job(1, Measured.Rebase, [true, true]), Measured.Job(2, Measured.Greedy, [true, true]),
            Measured.Job(3, Measured.Rebase, [false, true]),
        ])[0];

        Assert.Equal([3], Weighted(evaluation).Jobs);
        Assert.Equal(["job 1 is not in the figures: a newer job has the same settings and seed"], evaluation.Remarks);
    }

    [Fact]
    public void Two_jobs_alone_are_kept_apart_even_if_alike()
    {
        var evaluation =
            MeasuredDataset.Of(
                [Measured.Job(1, Measured.Rebase, [true, true, false]), Measured.Job(2, Measured.Rebase, [false, true, true])])[0];

        Assert.Equal([[1], [2]], evaluation.OwnPoints.Select(point => point.Jobs));
        var test = evaluation.OwnPoints.First().Against(evaluation.OwnPoints.Last())!;
        Assert.Equal((1, 1, 1.0), (test.FirstAhead, test.SecondAhead, test.TwoSided));
    }

    [Fact]
    public void Points_with_several_seeds_are_compared_by_the_gate_s_test_and_interval()
    {
        // Six problems lost with one of three seeds, two won with all three: the sign test counts six against two.
        var all = Enumerable.Repeat(true, 8).ToArray();
        bool[] six = [.. Enumerable.Repeat(false, 6), true, true], two = [.. Enumerable.Repeat(true, 6), false, false];
        var evaluation = MeasuredDataset.Of(
        [
            .. Enumerable.Range(0, 3).Select(seed => Measured.Job(1 + seed, Measured.Rebase with { Seed = seed }, two)),
            .. Enumerable.Range(0, 3).Select(seed => Measured.Job(4 + seed, Measured.Sampling with { Seed = seed }, seed == 0 ? six : all)),
        ])[0];
        var points = evaluation.OwnPoints.ToDictionary(point => point.Jobs[0]);
        var (rebase, sampling) = (points[1], points[4]);

        var test = rebase.Against(sampling)!;
        var gate = new PairedOutcomes(
            [.. Enumerable.Repeat(new PairedOutcome(3, 2, 3), 6), .. Enumerable.Repeat(new PairedOutcome(0, 3, 3), 2)]);
        Assert.Equal((6, 2), (test.FirstAhead, test.SecondAhead));
        Assert.Equal((gate.TwoSided, gate.Change), (test.TwoSided, test.Change));
        // The sums are equal, and no side is better.
        Assert.Equal((0.0, 1.0), (Math.Round(test.Change.Value, 12), test.TwoSided));
        Assert.NotEqual(new PairedTest(6, 2).TwoSided, test.TwoSided);
    }

    [Fact]
    public void Points_with_different_numbers_of_seeds_are_compared_by_their_shares()
    {
        Assert.Equal(new PairedOutcome(3, 4, 6), PairedOutcome.Of(1, 2, 2, 3));
        Assert.Equal(new PairedOutcome(2, 1, 3), PairedOutcome.Of(2, 3, 1, 3));
    }

    static MeasuredJob Unanswered(MeasuredJob job) => job with
    {
        WithoutResult = job.Problems.Count,
        Problems = [.. job.Problems.Select(problem => problem with { HasResult = false })],
    };

    [Fact]
    public void A_job_with_problems_unanswered_or_without_gold_is_left_out()
    {
        var evaluation = MeasuredDataset.Of(
        [
            Unanswered(Measured.Job(1, Measured.Rebase, [true])), Measured.Job(2, Measured.Greedy, [true]),
            Measured.Job(3, Measured.Sampling, []),
        ])[0];

        Assert.Equal([2], evaluation.Jobs.Select(job => job.JobId));
        Assert.Equal(["job 1 is left out: 1 problem not answered", "job 3 is left out: none of its problems has a gold answer"],
            evaluation.Remarks);
        Assert.Empty(MeasuredDataset.Of([Measured.Job(1, Measured.Rebase, [true]) with { WithoutResult = 1 }]));
    }

    [Fact]
    public void A_cancelled_job_with_a_few_right_answers_is_no_result_and_says_of_how_many_it_has_them()
    {
        var job = Measured.Job(1, Measured.Rebase, [.. Enumerable.Range(0, 30).Select(i => i < 4)]);
        var cancelled = job with
        {
            State = JobState.Cancelled,
            WithoutResult = 26,
            Problems = [.. job.Problems.Select((problem, i) => problem with { HasResult = i < 4 })],
        };

        var evaluation = MeasuredDataset.Of([cancelled, Measured.Job(2, Measured.Greedy, Measured.Some(30, 1, 0.5))])[0];

        Assert.Equal([2], evaluation.Jobs.Select(one => one.JobId));
        Assert.Equal(["job 1 is left out: 26 problems not answered; of the 30 with a gold answer it answered 4, 4 of them right"],
            evaluation.Remarks);
    }

    [Fact]
    public void Failed_problems_are_left_out_of_accuracy_and_cost_and_counted_beside_them()
    {
        var job = Measured.Job(1, Measured.Rebase, [.. Enumerable.Repeat(true, 6), .. Enumerable.Repeat(false, 6)]).Failing(0, 11);
        job = job with { Problems = [.. job.Problems.Select((problem, i) => i == 10 ? problem with { Unanswered = true } : problem)] };
        var evaluation = MeasuredDataset.Of([job])[0];

        var point = Weighted(evaluation);
        Assert.Equal((0.5, 80_000, 2, 1), (point.Accuracy.Value, point.PolicyFlops, point.Failed, point.Unanswered));
        Assert.Equal([null, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, null], point.Shares);
        Assert.True(point.LacksTooMany);
        Assert.Equal(
        [
            "job 1: 2 problems failed and left out, more than a tenth: its figures are no comparison with others; 'rebase jobs retry 1' "
                + "solves them again",
            "job 1: 1 problem left unanswered by the model, counted as not right",
        ], evaluation.Remarks);
    }

    [Fact]
    public void A_problem_that_failed_with_one_seed_has_the_share_of_the_others()
    {
        var point = Weighted(MeasuredDataset.Of(
        [
            Measured.Job(1, Measured.Rebase, [true, true]).Failing(1), Measured.Job(2, Measured.Rebase with { Seed = 1 }, [true, false]),
            Measured.Job(3, Measured.Rebase with { Seed = 2 }, [false, true]),
        ])[0]);

        Assert.Equal([2.0 / 3, 0.5], point.Shares);
    }

    [Fact]
    public void A_job_of_which_everything_failed_is_left_out()
    {
        var evaluation = MeasuredDataset.Of(
            [Measured.Job(1, Measured.Rebase, [true, true]), Measured.Job(2, Measured.Greedy, [true, true]).Failing(0, 1)])[0];

        Assert.Equal([1], evaluation.Jobs.Select(job => job.JobId));
        Assert.Equal(["job 2 is left out: all its problems failed"], evaluation.Remarks);
    }

    [Fact]
    public void Two_jobs_are_tested_over_the_problems_that_failed_in_neither()
    {
        var points = MeasuredDataset.Of(
        [
            Measured.Job(1, Measured.Rebase, [.. Enumerable.Repeat(true, 20)]).Failing(0),
            Measured.Job(2, Measured.Sampling, [.. Enumerable.Repeat(false, 20)]).Failing(1),
        ])[0].OwnPoints.ToList();

        var pair = Assert.Single(PairComparison.Of([(points[0], points[1])]));
        Assert.Equal((18, 0, 2, false), (pair.Test!.FirstAhead, pair.Test.SecondAhead, pair.LeftOut, pair.LacksTooMany));
        Assert.True(pair.Adjusted < 0.001);
    }

    [Fact]
    public void Two_jobs_that_lack_too_many_problems_are_not_compared_and_cost_the_others_nothing()
    {
        var good = Measured.Job(1, Measured.Rebase, [.. Enumerable.Repeat(true, 20)]);
        var points = MeasuredDataset.Of(
        [
            good, Measured.Job(2, Measured.Sampling, [.. Enumerable.Repeat(false, 20)]).Failing(0, 1, 2),
            Measured.Job(3, Measured.Greedy, [.. Enumerable.Repeat(false, 20)]),
        ])[0].OwnPoints.ToDictionary(point => point.Jobs[0]);

        var pairs = PairComparison.Of([(points[1], points[2]), (points[1], points[3])]);
        Assert.Equal([(true, 3, 1.0), (false, 0, pairs[1].P)],
            pairs.Select(pair => (pair.LacksTooMany, pair.LeftOut, pair.Adjusted)));
    }

    [Fact]
    public void What_needs_no_scores_does_not_pay_for_them()
    {
        var points = MeasuredDataset.Of([Measured.Job(1, Measured.Sampling, [true]), Measured.Job(2, Measured.Rebase, [true])])[0].Points;

        // 2 x 1000 parameters x 40 sampled tokens; 1.5 times as many evaluated, and the reward model three times as much on top.
        Assert.All(points, point => Assert.Equal(80_000, point.PolicyFlops));
        foreach (var point in points)
        {
            var bare = point.Series.Strategy is SearchStrategy.Sampling && point.Series.Vote.Method is VotingMethod.Majority;
            Assert.Equal(bare ? 120_000 : 360_000, point.TotalFlops);
        }
    }

    [Fact]
    public void Names_say_what_differs_and_nothing_else()
    {
        var cold = Measured.Rebase with { BalanceTemperature = 0.2, Width = 8 };
        var evaluation = MeasuredDataset.Of(
        [
            Measured.Job(1, Measured.Rebase, [true]), Measured.Job(2, cold, [true]), Measured.Job(3, Measured.Sampling, [true]),
            Measured.Job(4, Measured.Greedy, [true]),
            Measured.Job(5, Measured.Sampling with { Aggregation = ScoreAggregation.Min }, [true], Measured.Large),
        ])[0];
        var names = evaluation.OwnPoints.Select(evaluation.Names.Of).ToList();

        Assert.Equal(
        [
            "small, rebase (balance temperature 0.1) 4, weighted", "small, rebase (balance temperature 0.2) 8, weighted",
            "small, greedy 1, single", "small, sampling 4, weighted", "large, sampling 4, weighted (min)",
        ], names);
    }

    [Fact]
    public void Datasets_are_kept_apart() =>
        Assert.Equal(2,
            MeasuredDataset.Of([Measured.Job(1, Measured.Rebase, [true]),
                Measured.Job(2, Measured.Rebase, [true]) with { DatasetKey = "fedcba9876543210" }]).Count);

    [Fact]
    public void Quarters_hold_every_problem_once_and_the_easier_ones_first()
    {
        IReadOnlyList<double?> first = [1, 0, 1, 1, 0, 1, 0.5, 0, 1], second = [1, 0, 0, 1, 1, 1, 0.5, 0, 0];

        var groups = Difficulty.Quartiles([first, second]);
        var quarters = groups.Select(group => group.Problems).ToList();

        Assert.Equal(["easiest quarter", "second", "third", "hardest quarter"], groups.Select(group => group.Name));
        Assert.Equal(Enumerable.Range(0, 9), quarters.SelectMany(quarter => quarter).Order());
        var solved = quarters.SelectMany(quarter => quarter).Select(problem => first[problem] + second[problem]).ToList();
        Assert.Equal(solved.OrderDescending(), solved);
        Assert.All(quarters, quarter => Assert.InRange(quarter.Count, 2, 3));
    }

    [Fact]
    public void Quarters_are_made_without_the_runs_that_failed_on_a_problem()
    {
        IReadOnlyList<double?> first = [1, null, 1, 0, 0, null, 0.5, 0, 1], second = [1, 1, 0, 0, 0, null, 0.5, 0, 1];

        var quarters = Difficulty.Quartiles([first, second]).Select(group => group.Problems).ToList();

        // Problem 5 failed in both. Problem 1 was solved whenever it did not fail.
        Assert.Equal([[0, 1], [8, 2], [6, 3], [4, 7]], quarters);
    }

    [Fact]
    public void Levels_group_the_problems_that_have_one()
    {
        var groups = Difficulty.ByLevel([3, 1, null, 3, 1, 2])!;

        Assert.Equal(["level 1", "level 2", "level 3"], groups.Select(group => group.Name));
        Assert.Equal([[1, 4], [5], [0, 3]], groups.Select(group => group.Problems));
    }

    [Fact]
    public void Levels_that_few_have_that_are_all_one_or_too_many_are_no_groups()
    {
        Assert.Null(Difficulty.ByLevel([1, 2, null, null]));
        Assert.NotNull(Difficulty.ByLevel([1, 2, 2, null, null]));
        Assert.Null(Difficulty.ByLevel([4, 4, 4]));
        Assert.NotNull(Difficulty.ByLevel([.. Enumerable.Range(0, 20).Select(i => (short?)(i / 2))]));
        Assert.Null(Difficulty.ByLevel([.. Enumerable.Range(0, 22).Select(i => (short?)(i / 2))]));
    }

    [Fact]
    public void A_job_enqueued_without_levels_takes_part_in_those_of_the_others()
    {
        var with = Measured.Job(1, Measured.Rebase, [true, true]);
        with = with with { Problems = [with.Problems[0] with { Level = 2 }, with.Problems[1]] };

        Assert.Equal([(short)2, null], MeasuredDataset.Of([with, Measured.Job(2, Measured.Greedy, [true, true])])[0].Levels);
    }

    [Fact]
    public void Strategies_are_compared_where_they_cost_about_the_same()
    {
        var points = Measured.Sweep().OwnPoints.Where(point => point.Series.Policy == Measured.Small).ToList();

        Assert.Equal([("rebase", 16), ("greedy", 1), ("sampling", 16)],
            Difficulty.AtComparableCost(points).Select(point => (SeriesNames.Name(point.Series.Strategy), point.Width)));
    }
}
