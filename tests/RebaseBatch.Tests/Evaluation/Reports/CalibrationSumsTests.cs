using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Reports.ModelQuality;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class CalibrationSumsTests
{
    // Two first steps: one leads to a right and a wrong solution, the other to two wrong ones and to a step that is not continued.
    static readonly SolvedProblem s_problem = new(0, Failed: false,
        [
            new(3, "", "4", [0.9, 0.8]), new(4, "", "5", [0.9, 0.3]), new(5, "", "5", [0.2, 0.6]), new(6, "", null, [0.2, 0.1]),
        ],
        new HashSet<int> { 3 },
        [
            new(1, 0, 1, 0.9), new(2, 0, 1, 0.2), new(3, 1, 2, 0.8), new(4, 1, 2, 0.3), new(5, 2, 2, 0.6), new(6, 2, 2, 0.1),
            new(7, 2, 2, 0.7),
        ]);

    static ScoreCalibration Calibration(params SolvedProblem[] problems)
    {
        var sums = new CalibrationSums(ScoreAggregation.Last);
        foreach (var problem in problems) sums.Add(problem);
        return sums.Of(7, Measured.Point(1, 0.5), "prm");
    }

    [Fact]
    public void A_step_is_right_by_the_share_of_right_solutions_behind_it() => Assert.Equal<(int, RatedCase)>(
        [
            (1, new(0.9, 0.5)), (1, new(0.2, 0)), (2, new(0.8, 1)), (2, new(0.3, 0)), (2, new(0.6, 0)), (2, new(0.1, 0)),
        ], StepCases.Of(s_problem));

    [Fact]
    public void By_hand_the_area_of_each_depth_and_of_the_solutions()
    {
        var calibration = Calibration(s_problem);

        // Depth 1: the step that is half right is above the one that is wrong. Depth 2 and solutions: 0.8 is above all three others.
        Assert.Equal([(1, 2L, 1.0), (2, 4L, 1.0), (null, 4L, 1.0)],
            calibration.Rankings.Select(row => (row.Depth, row.Cases, row.WithinProblem!.Value.Value)));
        Assert.Equal([(0.1, 1L), (0.3, 1L), (0.6, 1L), (0.8, 1L)],
            calibration.Solutions.Bins.Select(bin => (Math.Round(bin.Low, 9), bin.Cases)));
        Assert.Equal([0.0, 0, 0, 1], calibration.Solutions.Bins.Select(bin => bin.Right.Value));
        Assert.Equal(6, calibration.Steps.Cases);
    }

    [Fact]
    public void A_model_that_only_knows_easy_problems_from_hard_ones_ranks_overall_and_not_within_a_problem()
    {
        // In each problem all steps have one score: high where most solutions are right.
        SolvedProblem Problem(double score, int right) => new(0, Failed: false,
            [.. Enumerable.Range(1, 10).Select(node => new Candidate(node, "", "4", [score]))],
            new HashSet<int>(Enumerable.Range(1, right)), [.. Enumerable.Range(1, 10).Select(no => new SolvedStep(no, 0, 1, score))]);

        var row = Calibration(Problem(0.9, 9), Problem(0.1, 1)).Rankings[0];

        Assert.Equal((1, 20L, 2), (row.Depth!.Value, row.Cases, row.Problems));
        Assert.Equal(0.5, row.WithinProblem!.Value.Value, 9);
        Assert.Equal(0.9, row.Overall!.Value, 9); // 0.81 + 0.18 / 2
    }

    [Fact]
    public void Failed_problems_and_deleted_steps_are_left_out_and_the_latter_are_counted()
    {
        var calibration = Calibration(s_problem with { Failed = true }, s_problem with { Steps = [] });

        Assert.Equal((1, 4L, 0L), (calibration.WithoutSteps, calibration.Solutions.Cases, calibration.Steps.Cases));
        Assert.Null(Assert.Single(calibration.Rankings).Depth);
    }

    [Fact]
    public void A_million_steps_take_no_more_memory_than_a_thousand()
    {
        const int Problems = 1000, Steps = 1000;
        var sums = new CalibrationSums(ScoreAggregation.Last);
        var before = 0L;
        for (var i = 0; i < Problems; i++)
        {
            if (i == 1) before = ObjectGraph.Size(sums);
            var random = new Random(i);
            SolvedStep[] steps = [.. Enumerable.Range(1, Steps).Select(no => new SolvedStep(no, no < 11 ? 0 : no - 10, ((no - 1) / 10) + 1,
                random.NextDouble()))];
            sums.Add(new(i, Failed: false, [.. Enumerable.Range(Steps - 9, 10).Select(node => new Candidate(node, "", "1", [0.5]))],
                new HashSet<int> { Steps }, steps));
        }

        // The process's memory says nothing: other tests run beside this one.
        Assert.InRange(ObjectGraph.Size(sums) - before, 0, Problems * Steps / 10);
        var calibration = sums.Of(1, Measured.Point(1, 0.5), "prm");
        Assert.Equal(Problems * Steps, calibration.Steps.Cases);
        // Of 100 depths the last row has those from 20 on.
        Assert.Equal((20, 81L * 10 * Problems), (calibration.Rankings[19].Depth!.Value, calibration.Rankings[19].Cases));
        Assert.All(calibration.Rankings, row => Assert.Equal(0.5, row.Overall!.Value, 0.05));
    }
}
