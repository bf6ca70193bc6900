using System.Numerics.Tensors;
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

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4096, 0.7f)]
    [InlineData(4097, 1)]
    [InlineData(8191, 0.7f)]
    [InlineData(8195, 0.7f)]
    [InlineData(32_003, 1)]
    [InlineData(151_936, 0.7f)]
    public void A_row_drawn_from_in_parts_gives_the_tokens_of_one_drawn_from_as_a_whole(int size, float temperature)
    {
        var random = new Random(size);
        var logits = Enumerable.Range(0, size).Select(_ => (float)(random.NextDouble() + random.NextDouble()) * 9 - 9).ToArray();
        var whole = new float[size];
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), whole);
        TensorPrimitives.Divide(whole, temperature, whole);
        TensorPrimitives.Exp(whole, whole);
        var sums = whole.Chunk(256).Select(block => TensorPrimitives.Sum<float>(block)).ToArray();
        var total = sums.Aggregate(0.0, (before, sum) => before + sum);
        var sampler = new TokenSampler(size);
        for (var i = 0; i < 2000; i++)
        {
            // Right at the border between two tokens, where another last bit of any weight may give the other one.
            var token = random.Next(size);
            var quantile = sums[..(token / 256)].Aggregate(0.0, (before, sum) => before + sum) / total;
            for (var at = token / 256 * 256; at < token; at++) quantile += whole[at] / total;
            if (quantile < 1) Assert.Equal(Rule(quantile * total), sampler.Draw(logits, temperature, quantile));
        }

        // The rule that the seeds of stored jobs rely on.
        int Rule(double left)
        {
            var at = 0;
            for (; at / 256 < sums.Length - 1 && left >= sums[at / 256]; at += 256) left -= sums[at / 256];
            var last = Math.Min(at + 256, size) - 1;
            while (at < last && (left -= whole[at]) >= 0) at++;
            return at;
        }
    }
}
