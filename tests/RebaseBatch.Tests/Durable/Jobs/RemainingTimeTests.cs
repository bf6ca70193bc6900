using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Text;
using Xunit;

namespace RebaseBatch.Tests.Durable.Jobs;

/// <summary>Whole jobs are simulated: searches of different lengths, so many at once, at a speed that changes.</summary>
[Fast]
public sealed class RemainingTimeTests
{
    const double Refresh = 0.5, Line = 5;

    // From a fifth of the problems until a third of the time is left, the figure may be off by this factor, and some seconds for short
    // jobs. Then single long searches are left, of which nobody knows how long they are.
    const double Factor = 4, Slack = 5;

    // From one line to the next, five seconds later, it rises by no more than this.
    const double Rise = 1.16, RiseSeconds = 3;

    public static TheoryData<int, int, double, double, double> Jobs { get; } = new()
    {
        // problems, at once, spread of the lengths, tokens a second, the speed's factor in the second half
        { 60, 16, 0.6, 8000, 1 },
        { 60, 16, 0.6, 800, 1 },
        { 400, 16, 0.8, 900, 1 },
        { 400, 16, 0.6, 900, 0.5 },
        { 400, 16, 0.6, 900, 2 },
        { 1319, 64, 0.7, 5000, 1 },
        { 20, 20, 0.5, 300, 1 },
    };

    [Theory]
    [MemberData(nameof(Jobs))]
    public void After_a_fifth_of_the_job_the_figure_is_near_the_truth_and_never_jumps(
        int problems, int atOnce, double spread, double speed, double later)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var looks = Simulate(seed, problems, atOnce, spread, speed, later);
            var (end, time) = (looks[^1].At, new RemainingTime());
            double? last = null, line = null;
            var lineAt = 0.0;
            foreach (var look in looks)
            {
                time.Add(look.At, look.Tokens, look.Done, problems, (look.Open, look.OpenTokens));
                if (time.Seconds is not { } left || look.Done < 0.2 * problems) continue;
                var truth = end - look.At;
                if (truth > end / 3)
                {
                    Assert.True(left <= Factor * truth + Slack && truth <= Factor * left + Slack,
                        $"seed {seed}, at {look.At:F0} of {end:F0} s: {left:F0} s left instead of {truth:F0}");
                }

                if (last is { } before) Assert.True(left <= before * Rise + RiseSeconds, $"seed {seed}: {before:F1} became {left:F1}");
                if (look.At - lineAt >= Line)
                {
                    if (line is { } shown)
                        Assert.True(left <= shown * Rise + RiseSeconds, $"seed {seed}: the line {shown:F1} became {left:F1}");
                    (line, lineAt) = (left, look.At);
                }

                last = left;
            }

            Assert.NotNull(last);
        }
    }

    [Fact]
    public void Nothing_is_said_before_anything_is_known_and_while_nothing_moves()
    {
        var time = new RemainingTime();
        time.Add(0, 0, 0, 20, (4, 0));
        time.Add(4, 1000, 3, 20, (4, 200));
        Assert.Null(time.Seconds);
        time.Add(10, 2000, 1, 20, (4, 200));
        Assert.Null(time.Seconds);
        time.Add(20, 4000, 5, 20, (4, 400));
        Assert.NotNull(time.Seconds);

        time.Add(79, 4000, 5, 20, (4, 400));
        Assert.NotNull(time.Seconds);
        time.Add(81, 4000, 5, 20, (4, 400));
        Assert.Null(time.Seconds);
    }

    [Theory]
    [InlineData(0.2, "5 s")]
    [InlineData(41, "45 s")]
    [InlineData(60, "1 min")]
    [InlineData(124, "2 min 10 s")]
    [InlineData(595, "10 min")]
    [InlineData(715, "12 min")]
    [InlineData(11_000, "3 h 5 min")]
    public void An_estimate_is_written_no_more_exactly_than_it_is(double seconds, string text) =>
        Assert.Equal(text, HumanText.About(seconds));

    readonly record struct Look(double At, long Tokens, int Done, int Open, long OpenTokens);

    static List<Look> Simulate(int seed, int problems, int atOnce, double spread, double speed, double later)
    {
        var random = new Random(seed);
        var lengths = Enumerable.Range(0, problems)
            .Select(_ => Math.Max(50, 1700 * Math.Exp(spread * Normal(random) - spread * spread / 2))).ToArray();
        var open = new Dictionary<int, double>();
        var (next, done, sampled, ended, looks) = (0, 0, 0.0, 0.0, new List<Look>());
        for (var at = Refresh; done < problems; at += Refresh)
        {
            while (open.Count < atOnce && next < problems) open[next++] = 0;
            // A machine with fewer searches than it has room for is slower in all, but not as much as there are fewer.
            var pace = speed * (done > problems / 2 ? later : 1) * Math.Sqrt((double)open.Count / atOnce) * Refresh / open.Count;
            foreach (var search in open.Keys.ToList())
            {
                var tokens = pace * (0.6 + 0.8 * random.NextDouble());
                sampled += tokens;
                open[search] += tokens;
                if (open[search] < lengths[search]) continue;
                (done, ended) = (done + 1, ended + open[search]);
                open.Remove(search);
            }

            looks.Add(new(at, (long)sampled, done, open.Count, (long)(sampled - ended)));
        }

        return looks;
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
