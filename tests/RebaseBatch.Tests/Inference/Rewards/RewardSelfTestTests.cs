using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Rewards;

public sealed class RewardSelfTestTests
{
    const string Question = "Mia has 3 bags of 3 books each. How many books does she have?";
    static readonly string[] s_steps = ["Step 1: Mia has 3 * 3 = 9 books.", "Step 2: The answer is: 9"];
    static readonly InferenceOptions s_options = new() { RewardThreads = 1, Lanes = 1, ContextCells = 512 };

    static double[] Golden() => RewardProbe.Scores(
        Models.Reward, new MathShepherdConvention(Models.Reward, new(), "prm"), "prm", Question, s_steps, new());

    static Task<LoadedReward> Load(double[] scores, double tolerance = 0.02)
    {
        var entry = new ModelOptions
        {
            Path = Models.PathOf("tiny-math-prm"), Role = ModelRole.Reward,
            SelfTest = new()
            {
                Question = Question, Steps = [.. s_steps.Zip(scores, (text, score) => new SelfTestStep { Text = text, Score = score })],
                Tolerance = tolerance,
            },
        };
        var profile = new ModelCatalog(new Dictionary<string, ModelOptions> { ["golden"] = entry }).Resolve("golden");
        return new ModelLoader(s_options, NullLoggerFactory.Instance).LoadRewardAsync(profile, CancellationToken.None);
    }

    [Fact]
    public async Task A_reward_model_that_scores_as_stated_is_loaded() => (await Load(Golden())).Dispose();

    [Fact]
    public async Task A_reward_model_that_scores_otherwise_refuses_to_start_and_names_both_scores()
    {
        var golden = Golden();
        var stated = golden[1] > 0.5 ? golden[1] - 0.1 : golden[1] + 0.1;
        var refused = await Assert.ThrowsAsync<UserException>(() => Load([golden[0], stated]));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains("'golden' fails its self-test: step 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains(stated.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture), refused.Message,
            StringComparison.Ordinal);
        var scored =
            double.Parse(Regex.Match(refused.Message, "scores ([0-9.]+),").Groups[1].Value,
                System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(golden[1], scored, 0.01);
    }

    [Fact]
    public async Task The_tolerance_decides()
    {
        var off = Golden().Select(score => score > 0.5 ? score - 0.1 : score + 0.1).ToArray();
        (await Load(off, tolerance: 0.15)).Dispose();
        await Assert.ThrowsAsync<UserException>(() => Load(off, tolerance: 0.05));
    }

    [Fact]
    public void A_probe_scores_each_step_as_if_it_were_the_last()
    {
        var convention = new MathShepherdConvention(Models.Reward, new(), "prm");
        // A batch smaller than the text, so that it comes in chunks.
        var chunked = RewardProbe.Scores(Models.Reward, convention, "prm", Question, s_steps, new() { BatchTokens = 7 });
        Assert.Equal(2, chunked.Length);
        Assert.Equal(RewardProbe.Scores(Models.Reward, convention, "prm", Question, s_steps[..1], new())[0], chunked[0], 0.01);
        Assert.Equal(Golden()[1], chunked[1], 0.01);
    }
}
