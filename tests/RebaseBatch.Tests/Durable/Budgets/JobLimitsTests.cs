using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;
using Xunit;

namespace RebaseBatch.Tests.Durable.Budgets;

[Fast]
public sealed class JobLimitsTests
{
    const long Parameters = 1000;

    [Fact]
    public void A_jobs_limits_are_those_of_the_job_and_not_of_its_problems()
    {
        var spec = new JobSpec { Policy = "p", MaxTokensPerProblem = 1, MaxFlopsPerProblem = 2, MaxSecondsPerProblem = 3 };
        Assert.False(JobLimits.Of(spec).IsAny);
        Assert.Null(JobLimits.Of(spec).Reached(new(long.MaxValue, double.MaxValue), Parameters));
        Assert.Equal(new(4, 5, 6), JobLimits.Of(spec with { MaxTokensPerJob = 4, MaxFlopsPerJob = 5, MaxDeviceSecondsPerJob = 6 }));
        Assert.All([new(SampledTokens: 1), new(Flops: 1), new(DeviceSeconds: 1)], (JobLimits limits) => Assert.True(limits.IsAny));
    }

    [Fact]
    public void Each_limit_leaves_something_until_it_is_reached()
    {
        Assert.Equal((null, JobLimit.SampledTokens), Ends(new(SampledTokens: 100), new(99, 1e9), new(100, 0)));
        Assert.Equal((null, JobLimit.Flops), Ends(new(Flops: 2.0 * Parameters * 100), new(99, 1e9), new(100, 0)));
        Assert.Equal((null, JobLimit.DeviceSeconds), Ends(new(DeviceSeconds: 60), new(99, 59.9), new(0, 60)));

        static (JobLimit?, JobLimit?) Ends(JobLimits limits, DecodedWork before, DecodedWork after) =>
            (limits.Reached(before, Parameters), limits.Reached(after, Parameters));
    }

    [Fact]
    public void Of_several_limits_the_first_is_named_and_a_sum_that_is_not_a_number_reaches_its_limit()
    {
        Assert.Equal(JobLimit.Flops, new JobLimits(10, 1, 1).Reached(new(9, 9), Parameters));
        Assert.Equal(JobLimit.DeviceSeconds, new JobLimits(DeviceSeconds: 1).Reached(new(0, double.NaN), Parameters));
    }
}
