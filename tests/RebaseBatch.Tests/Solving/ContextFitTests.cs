using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>Contexts that are too small: for the job's steps, or for one question in the reward model.</summary>
[Fast]
public sealed class ContextFitTests
{
    static readonly JobSpec s_spec = new() { Policy = "p", Reward = "r", Width = 2, MaxStepTokens = 256 };

    static IReadOnlyList<IDecodeContext> Contexts(ScriptedModel model, int cells) =>
        [model.CreateContext(new() { Cells = cells, MaxSequences = 8, BatchTokens = 64 })];

    static ModelLease Pair(int policyCells = 4096, int rewardCells = 4096, int policyTrained = 4096)
    {
        var (policy, reward) = (new ScriptedModel(trainContext: policyTrained), new ScriptedModel());
        var environment = SampleEnvironment.Of("");
        var sampler = new StepSampler(policy, Contexts(policy, policyCells), new() { MaxRunning = 4 }, NullLogger.Instance);
        var engines = new EngineGroup(
            "reward", Contexts(reward, rewardCells), reward.Facts.VocabularySize, new() { MaxRunning = 4 }, NullLogger.Instance);
        var scorer = new StepScorer(reward, engines, new Plain(reward));
        return new(new(new("p", "", 1), PromptPreset.All[0], sampler, environment.Policy),
            new(new("r", "", 1), scorer, environment.Policy), () =>
            {
                sampler.Dispose();
                scorer.Dispose();
            })
        {
            Environment = environment,
        };
    }

    static async Task<Exception?> SolveAsync(ModelLease pair, string question) => await Record.ExceptionAsync(
        () => new SearchRunner(s_spec, pair, TimeProvider.System, _ => { })
            .RunAsync(new(1, 0, new("id", "id", question, null), [], 0), TestContext.Current.CancellationToken));

    [Fact]
    public void A_context_that_holds_a_step_and_a_token_more_is_taken()
    {
        using var pair = Pair(policyCells: 512);
        ContextFit.Check(s_spec, pair);
        ContextFit.Check(s_spec with { MaxStepTokens = 511 }, pair);
    }

    [Theory]
    [InlineData(256, 4096, 4096, "the context of the policy has 256 tokens", "Rebase:Inference:ContextCells")]
    [InlineData(4096, 256, 4096, "the context of the reward model has 256 tokens", "Rebase:Inference:ContextCells")]
    [InlineData(4096, 4096, 128, "the context of the policy has 128 tokens", "a model with a longer context")]
    public void A_context_smaller_than_one_step_is_a_lack_of_this_machine_for_this_job(
        int policyCells, int rewardCells, int trained, string what, string way)
    {
        using var pair = Pair(policyCells, rewardCells, trained);
        var lack = Assert.Throws<MachineFaultException>(() => ContextFit.Check(s_spec, pair));
        Assert.Null(lack.Model);
        Assert.Contains(what, lack.Message, StringComparison.Ordinal);
        Assert.Contains("one step of the job may have 256", lack.Message, StringComparison.Ordinal);
        Assert.Contains(way, lack.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_does_not_fit_the_reward_models_context_is_an_error_before_anything_is_sampled()
    {
        using var pair = Pair(rewardCells: 512);
        var fault = Assert.IsType<ModelFaultException>(await SolveAsync(pair, new string('7', 512)));
        Assert.Contains("the reward model's context", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ContextCells", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, pair.Policy.Sampler.Statistics.Tokens);
        Assert.Null(await SolveAsync(pair, new string('7', 200)));
    }

    sealed class Plain(ILanguageModel model) : IRewardConvention
    {
        public ModelOutput Reads => ModelOutput.Logits;

        public int[] Encode(string question, IReadOnlyList<string> steps) =>
            model.Tokenize(question + string.Concat(steps), addSpecial: true, parseSpecial: false);

        public double Read(ReadOnlySpan<float> output) => 0.5;
    }
}
