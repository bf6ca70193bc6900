using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Tests.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>
/// How often the 95 % intervals of votes hold the truth: 600 nights have a standard deviation of 0.9 points at 95 %.
/// </summary>
[Slow]
public sealed class SaturationCoverageTests
{
    const int Nights = 600, Samples = 8;

    [Theory]
    [InlineData(40, 0.05, 0.5)]
    [InlineData(40, 0.5, 3)]
    [InlineData(40, 0.98, 0.5)]
    public void The_intervals_of_one_sample_and_of_pass_at_k_hold_the_truth_in_about_95_of_100_nights(
        int problems, double accuracy, double strength)
    {
        var nights = new SimulatedNights(accuracy, strength);
        int[] sizes = [1, 2, 4, 8];
        double[] truth = [.. sizes.Select(size => nights.AnyRight(size))];
        var (one, any) = (0, new int[sizes.Length]);
        for (var night = 0; night < Nights; night++)
        {
            IReadOnlyList<SampledProblem> drawn = [.. nights.Draw(problems, Samples).Select(pair => Of(pair.First))];
            var rows = Saturation.Of(drawn, Samples, scored: false, replicates: 40);
            if (Holds(rows[0].Majority, nights.Accuracy)) one++;
            for (var row = 0; row < sizes.Length; row++)
                if (Holds(rows[row].AnyRight!.Value, truth[row])) any[row]++;
        }

        Assert.All(any.Append(one), held => Assert.InRange(held / (double)Nights, 0.92, 0.985));
    }

    static bool Holds(Estimate interval, double truth) => interval.Low <= truth && truth <= interval.High;

    static SampledProblem Of(int right) => SampledProblem.Of(
        [.. Enumerable.Range(1, Samples).Select(node => new Candidate(node, "", node <= right ? "1" : "2", []))], "1", default);
}
