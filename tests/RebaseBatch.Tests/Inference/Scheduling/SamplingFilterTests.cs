using RebaseBatch.Contracts;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

public sealed class SamplingFilterTests
{
    public static TheoryData<int, double, double> Filters { get; } = new(
    [
        (0, 1, 0), (1, 1, 0), (2, 1, 0), (20, 1, 0), (40, 0.9, 0), (200, 0.5, 0.01), (0, 0.1, 0), (0, 0.9, 0), (0, 0.95, 0.02),
        (0, 0.999, 0), (0, 0.999999999, 0), (0, 1, 0.05), (0, 1, 1), (0, 1e-9, 0), (50, 1, 0.3), (100_000, 0.8, 0), (7, 0.99999, 1e-6),
    ]);

    [Theory]
    [MemberData(nameof(Filters))]
    public void Draws_are_those_of_a_slow_reference(int topK, double topP, double minP)
    {
        var filter = new SamplingFilter(topK, topP, minP);
        foreach (var (logits, seed) in Logits())
        {
            var (sampler, random) = (new TokenSampler(logits.Length), new Random(seed));
            foreach (var temperature in new[] { 0.3f, 1f, 2.5f })
            {
                for (var draw = 0; draw < 4; draw++)
                {
                    var uniform = random.NextDouble();
                    Assert.Equal(ReferenceSampler.Draw(logits, temperature, filter, uniform),
                        sampler.Draw(logits, temperature, filter, uniform));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void All_tokens_of_the_allowed_set_are_drawn_in_order_and_no_other(int topK, double topP, double minP)
    {
        var filter = new SamplingFilter(topK, topP, minP);
        // Shares of at least a 4,000th: evenly spread quantiles meet each.
        var logits = Values(60, seed: 3, digits: 1).Select(logit => logit / 6).ToArray();
        var sampler = new TokenSampler(60);
        var drawn = Enumerable.Range(0, 20_000).Select(i => sampler.Draw(logits, 1, filter, i / 20_000.0)).ToList();
        Assert.Equal(ReferenceSampler.Allowed(logits, 1, filter).Order(), drawn.Distinct());
    }

    [Fact]
    public void Without_filters_a_draw_is_what_it_has_always_been()
    {
        // Stored searches are resumed with it: the next token must be the one that the worker before would have drawn.
        var logits = Enumerable.Range(0, 1000).Select(i => i * 7919 % 1000 / 100f - 5).ToArray();
        var sampler = new TokenSampler(1000);
        int[] drawn =
            [.. Enumerable.Range(0, 16)
                .Select(i => sampler.Draw(logits, i % 2 == 0 ? 1f : 0.7f, SamplingFilter.Off, (i * 0.61803398875) % 1))];
        Assert.Equal([0, 618, 247, 865, 482, 99, 705, 321, 942, 568, 187, 804, 420, 38, 643, 275], drawn);
        foreach (var (other, seed) in Logits())
        {
            var random = new Random(seed);
            var otherSampler = new TokenSampler(other.Length);
            for (var draw = 0; draw < 20; draw++)
            {
                var uniform = random.NextDouble();
                Assert.Equal(ReferenceSampler.Draw(other, 0.8f, SamplingFilter.Off, uniform), otherSampler.Draw(other, 0.8f, uniform));
            }
        }
    }

    [Fact]
    public void Of_equally_likely_tokens_those_of_lower_ids_stay()
    {
        var sampler = new TokenSampler(400);
        var logits = Enumerable.Repeat(1.5f, 400).ToArray();
        logits[300] = 2;
        Assert.Equal([0, 1, 2, 300], Drawn(new(TopK: 4)));
        // The last of them weighs e^-0.5 of the likeliest, three weigh more than 2.8.
        Assert.Equal([0, 1, 2, 300], Drawn(new(TopP: 2.8 / (1 + 399 * Math.Exp(-0.5)))));
        Assert.Equal(Enumerable.Range(0, 400), Drawn(new(MinP: 0.6)));
        Assert.Equal([300], Drawn(new(MinP: 0.61)));

        IEnumerable<int> Drawn(SamplingFilter filter) => Enumerable.Range(0, 4000).Select(i => sampler.Draw(logits, 1, filter, i / 4000.0))
            .Distinct().Order();
    }

    [Fact]
    public void The_likeliest_one_alone_is_greedy_at_any_temperature()
    {
        foreach (var (logits, _) in Logits())
        {
            var sampler = new TokenSampler(logits.Length);
            var greedy = sampler.Draw(logits, 0, 0.5);
            foreach (var filter in (SamplingFilter[])[new(TopK: 1), new(TopP: 1e-12)])
                foreach (var uniform in new[] { 0, 0.5, 1 - 1e-16 }) Assert.Equal(greedy, sampler.Draw(logits, 10, filter, uniform));
        }
    }

    [Fact]
    public void The_filters_see_the_jobs_temperature()
    {
        // Shares 0.73 and 0.27 at temperature 1; 0.98 and 0.02 at 0.25.
        var sampler = new TokenSampler(2);
        Assert.Equal(1, sampler.Draw([1, 0], 1, new(MinP: 0.1), 0.999));
        Assert.Equal(0, sampler.Draw([1, 0], 0.25f, new(MinP: 0.1), 0.999));
    }

    [Fact]
    public void A_draw_allocates_nothing()
    {
        var logits = Values(32_000, seed: 1, digits: 4);
        var (sampler, filter) = (new TokenSampler(32_000), new SamplingFilter(40, 0.9, 0.01));
        // A draw that allocates would do so in every round. The runtime allocates in one or two rounds, when it compiles the code again.
        var rounds = new long[9];
        for (var round = 0; round < rounds.Length; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++) sampler.Draw(logits, 1, filter, i / 50.0);
            rounds[round] = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, rounds.Order().ElementAt(rounds.Length / 2));
    }

    [Theory]
    [InlineData(-1, 1, 0, "top-k")]
    [InlineData(0, 0, 0, "top-p")]
    [InlineData(0, 1.1, 0, "top-p")]
    [InlineData(0, double.NaN, 0, "top-p")]
    [InlineData(0, 1, -0.1, "min-p")]
    [InlineData(0, 1, 1.1, "min-p")]
    public void Filters_out_of_range_are_faults(int topK, double topP, double minP, string named)
    {
        var spec = new JobSpec { Policy = "p", Reward = "r", TopK = topK, TopP = topP, MinP = minP };
        Assert.StartsWith($"{named}: ", Assert.Single(spec.Faults()), StringComparison.Ordinal);
    }

    /// <summary>Small and large vocabularies, peaked and flat, with many ties and with forbidden tokens.</summary>
    static IEnumerable<(float[] Logits, int Seed)> Logits()
    {
        var seed = 0;
        foreach (var size in new[] { 2, 17, 440, 5000, 40_000 })
        {
            foreach (var digits in new[] { 6, 0 })
            {
                var logits = Values(size, ++seed, digits);
                yield return (logits, seed);
                var forbidden = logits.ToArray();
                for (var i = 0; i < size - 1; i += 3) forbidden[i] = float.NegativeInfinity;
                yield return (forbidden, seed);
            }

            yield return ([.. Values(size, ++seed, 6).Select(logit => logit / 100)], seed);
        }
    }

    /// <param name="digits">Of the fraction; few make ties.</param>
    static float[] Values(int size, int seed, int digits)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, size)
            .Select(_ => MathF.Round((float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 8, digits))];
    }
}
