using RebaseBatch.Answers;
using RebaseBatch.Contracts;
using Xunit;

namespace RebaseBatch.Tests.Answers;

public sealed class SaturationTests
{
    const int Answers = 5;

    static IReadOnlyList<SaturationRow> Rows(SyntheticPolicy policy, int problems, int samples)
    {
        var random = new Random(1);
        return Saturation.Of([.. Enumerable.Range(0, problems).Select(_ => policy.Sample(random, samples))], samples, scored: true);
    }

    [Fact]
    public void The_limits_interval_holds_the_truth_in_at_least_90_of_100_cases()
    {
        const int population = 100_000, problems = 60, samples = 16;
        var everyone = Enumerable.Range(0, population).Select(seed => SyntheticPolicy.Draw(new Random(seed), Answers)).ToList();
        var majority = (double)everyone.Count(policy => policy.MajorityEndsRight) / population;
        var weighted = (double)everyone.Count(policy => policy.WeightedEndsRight) / population;
        var (heldMajority, heldWeighted) = (0, 0);
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var limit = Saturation.Of([.. Enumerable.Range(0, problems).Select(_ => SyntheticPolicy.Draw(random, Answers).Sample(random, samples))], samples, scored: true)[^1];
            Assert.Null(limit.Samples);
            if (limit.Majority.Low <= majority && majority <= limit.Majority.High) heldMajority++;
            if (limit.Weighted!.Value.Low <= weighted && weighted <= limit.Weighted.Value.High) heldWeighted++;
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"held {heldMajority} {heldWeighted} of {majority} {weighted}");
        Assert.InRange(heldMajority, 90, 100);
        Assert.InRange(heldWeighted, 90, 100);
    }
}
