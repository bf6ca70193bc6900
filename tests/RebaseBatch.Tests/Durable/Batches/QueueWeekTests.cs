using RebaseBatch.Durable.Batches;
using Xunit;

namespace RebaseBatch.Tests.Durable.Batches;

/// <summary>A week of a shared queue, simulated with the order that <see cref="ClaimOrderTests"/> holds against the statement.</summary>
public sealed class QueueWeekTests
{
    static readonly DateTime s_end = QueueSimulation.Begin + TimeSpan.FromDays(7);

    /// <summary>Several workers of several places, and one worker of one place.</summary>
    public static TheoryData<int[]> Workers => new() { new[] { 4, 4, 2, 1, 1 }, new[] { 2, 2 }, new[] { 1 } };

    [Theory]
    [MemberData(nameof(Workers))]
    public void Shares_follow_weights_to_two_hundredths_while_all_have_work(int[] workers)
    {
        var random = new Random(1);
        var weights = new Dictionary<string, double> { ["a"] = 3, ["b"] = 1, [""] = 1, ["c"] = 0.5 };
        var week = new QueueSimulation(workers, weights);
        foreach (var team in weights.Keys)
            for (var job = 0; job < 5; job++)
                week.Enqueue(new(QueueSimulation.Begin, 0, team, 8000, 10, random));

        week.Run(s_end);

        foreach (var (team, weight) in weights)
        {
            var share = week.Claims.Count(claim => claim.Job.Team == team) / (double)week.Claims.Count;
            Assert.Equal(weight / weights.Values.Sum(), share, 0.02);
        }
    }

    [Fact]
    public void A_team_with_long_batches_gets_its_share_of_the_places_and_no_more()
    {
        var random = new Random(2);
        var week = new QueueSimulation([4, 4, 4], new Dictionary<string, double> { ["long"] = 1, ["brief"] = 2 });
        week.Enqueue(new(QueueSimulation.Begin, 0, "long", 20_000, 120, random));
        week.Enqueue(new(QueueSimulation.Begin, 0, "brief", 100_000, 2, random));

        week.Run(s_end);

        Assert.Equal(12 * 7 * 24 * 60 / 3 / 120.0, week.Claims.Count(claim => claim.Job.Team == "long"), 30.0);
    }

    /// <summary>
    /// Three thousand jobs of all priorities, more than the workers can do: a priority waits for a batch at most as many points' time as it
    /// is below the highest, one more, and as many claims as there are priorities.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Nobody_starves_and_a_priority_counts(int seed)
    {
        var random = new Random(seed);
        var week = new QueueSimulation([4, 4, 2, 2, 1], new Dictionary<string, double> { ["a"] = 4, ["b"] = 0.25 });
        for (var job = 0; job < 3000; job++)
        {
            var at = QueueSimulation.Begin + TimeSpan.FromDays(7) * random.NextDouble();
            week.Enqueue(new(at, ((int[])[-100, -10, 0, 0, 0, 3, 40])[random.Next(7)], ((string[])["", "a", "b", "c"])[random.Next(4)],
                random.Next(20) == 0 ? 200 : random.Next(1, 8), 2 + 10 * random.NextDouble(), random));
        }

        week.Run(s_end);

        var turn = week.MostPriorities * week.LongestPause;
        Assert.All(week.Claims, claim =>
        {
            Assert.True(claim.Waited >= ClaimOrder.OnePoint * (claim.Highest - claim.Job.Priority), $"{claim} came before its time");
            Assert.True(claim.Waited <= ClaimOrder.OnePoint * (40 - claim.Job.Priority + 1) + turn, $"{claim} waited too long");
        });
        // The test would prove nothing if nothing had to wait, or if the pauses were the bound.
        Assert.Contains(week.Claims, claim => claim.Waited > ClaimOrder.OnePoint * 100);
        Assert.True(turn < TimeSpan.FromHours(6), $"{turn}");
    }

    [Fact]
    public void Small_jobs_end_within_minutes_beside_a_job_of_a_hundred_thousand_problems()
    {
        var random = new Random(3);
        var week = new QueueSimulation([2, 2], new Dictionary<string, double>());
        week.Enqueue(new(QueueSimulation.Begin, 0, "", 6250, 10, random));
        var small = Enumerable.Range(0, 6)
            .Select(_ => new SimulatedJob(QueueSimulation.Begin + TimeSpan.FromHours(5), 0, "", 3, 10, random)).ToList();
        foreach (var job in small) week.Enqueue(job);

        week.Run(s_end);

        var last = week.Claims.Where(claim => small.Any(job => ReferenceEquals(job, claim.Job))).ToList();
        Assert.Equal(18, last.Count);
        Assert.True(last.Max(claim => claim.At) < QueueSimulation.Begin + TimeSpan.FromHours(6.5), $"{last.Max(claim => claim.At)}");
    }
}
