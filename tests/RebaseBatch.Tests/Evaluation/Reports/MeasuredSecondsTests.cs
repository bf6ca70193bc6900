using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class MeasuredSecondsTests
{
    static MeasuredJob Job(long id, JobSpec spec, string? device, double? policySeconds = 0.25, double? wallSeconds = 3)
    {
        var job = Measured.Job(id, spec, Measured.Some(20, (int)id, 0.5));
        return job with
        {
            Environments = device is null ? [] : [SampleEnvironment.Of("small", "prm") with { Devices = [device] }],
            Problems = [.. job.Problems.Select(problem => problem with { PolicySeconds = policySeconds, WallSeconds = wallSeconds })],
        };
    }

    static MeasuredSeconds? Seconds(string? hardware, params MeasuredJob[] jobs) =>
        MeasuredSeconds.Of(MeasuredDataset.Of(jobs)[0], hardware);

    [Fact]
    public void Device_seconds_are_those_of_both_models_and_of_the_policy_alone_where_the_vote_needs_no_scores()
    {
        var seconds = Seconds(
            null, Job(1, Measured.Sampling, "CPU: a"), Job(2, Measured.Rebase, "CPU: a"), Job(3, Measured.Greedy, "CPU: a"))!;

        Assert.True(seconds.AreOfDevices);
        Assert.Equal("CPU: a", seconds.Hardware);
        Assert.Empty(seconds.LeftOut);
        Assert.All(seconds.Points, point => Assert.Equal(point.Series.Reward is null ? 0.25 : 0.75, point.Seconds!.Value, 9));
        Assert.Equal(2, seconds.Points.Count(point => point.Series.Reward is null));
    }

    [Fact]
    public void Device_seconds_are_also_those_of_the_embedding_model()
    {
        var job = Job(1, Measured.Rebase with { Strategy = SearchStrategy.Dora }, "CPU: a");
        var embedding = job with { Problems = [.. job.Problems.Select(problem => problem with { EmbeddingSeconds = 0.125 })] };

        Assert.All(Seconds(null, embedding)!.Points, point => Assert.Equal(0.875, point.Seconds!.Value, 9));
    }

    [Fact]
    public void Jobs_that_ran_elsewhere_or_nobody_knows_where_are_left_out_and_named()
    {
        MeasuredJob[] jobs = [Job(1, Measured.Sampling, "GPU: b"), Job(2, Measured.Rebase, null), Job(3, Measured.Greedy, "CPU: a")];

        var newest = Seconds(null, jobs)!;
        var named = Seconds("gpu", jobs)!;

        Assert.Equal(["job 1 is left out: ran on GPU: b", "job 2 is left out: on which machine is not known"], newest.LeftOut);
        Assert.Equal([3], newest.Points.SelectMany(point => point.Jobs).Distinct());
        Assert.Equal(("GPU: b", 1), (named.Hardware, named.Points.SelectMany(point => point.Jobs).Distinct().Single()));
        Assert.Null(Seconds("TPU", jobs));
    }

    [Fact]
    public void Without_device_seconds_of_all_jobs_wall_seconds_count_for_all()
    {
        var seconds = Seconds(null, Job(1, Measured.Rebase, "CPU: a"),
            Job(2, Measured.Sampling, "CPU: a", policySeconds: null, wallSeconds: 5),
            Job(3, Measured.Greedy, "CPU: a", policySeconds: null, wallSeconds: null))!;

        Assert.False(seconds.AreOfDevices);
        Assert.Contains("wall seconds", seconds.Meaning, StringComparison.Ordinal);
        Assert.Equal([3.0, 5.0], seconds.Points.Select(point => point.Seconds!.Value).Distinct().Order());
        Assert.Equal(["job 3 is left out: the seconds are not known"], seconds.LeftOut);
    }
}
