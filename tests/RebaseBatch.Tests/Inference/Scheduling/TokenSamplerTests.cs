using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Slow]
public sealed class TokenSamplerTests
{
    [Fact]
    public void Draws_follow_the_softmax()
    {
        const int draws = 200_000;
        var logits = Enumerable.Range(0, 600).Select(i => (float)Math.Sin(i) * 3).ToArray();
        var (sampler, counts) = (new TokenSampler(600), new int[600]);
        for (var i = 0; i < draws; i++) counts[sampler.Draw(logits, 0.7f, (i + 0.5) / draws)]++;
        var weights = logits.Select(l => Math.Exp(l / 0.7)).ToArray();
        var sum = weights.Sum();
        // Evenly spread quantiles hit each token as often as its share says, to within rounding.
        for (var i = 0; i < 600; i++) Assert.InRange(counts[i], weights[i] / sum * draws - 4, weights[i] / sum * draws + 4);
    }

    [Fact]
    public void Temperature_zero_takes_the_likeliest() => Assert.Equal(2, new TokenSampler(4).Draw([1, 2, 9, 3], 0, 0.99));

    [Fact]
    public void A_forbidden_token_is_never_drawn()
    {
        var sampler = new TokenSampler(4);
        float[] logits = [1, float.NegativeInfinity, 1, float.NegativeInfinity];
        foreach (var u in new[] { 0, 0.2, 0.5, 0.7, 1 - 1e-16 }) Assert.Contains(sampler.Draw(logits, 1, u), new[] { 0, 2 });
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_broken_model_is_told_from_a_token(float bad) =>
        Assert.Throws<ModelFaultException>(() => new TokenSampler(3).Draw([1, bad, 2], 1, 0.5));

    [Fact]
    public void A_token_of_no_weight_is_not_drawn_for_rounding_however_large_the_vocabulary()
    {
        const int size = 151_936;
        var random = new Random(1);
        var logits = Enumerable.Range(0, size)
            .Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble()) * 4 - 6).ToArray();
        // Its share is below 1e-12.
        logits[^1] = -40;
        Assert.NotEqual(size - 1, new TokenSampler(size).Draw(logits, 1, 1 - 1e-9));
    }

    [Fact]
    public void Huge_logits_and_tiny_temperatures_do_not_overflow() =>
        Assert.Equal(1, new TokenSampler(3).Draw([-3e38f, 3e38f, 0], 1e-4f, 0.999));
}
