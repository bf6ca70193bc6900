using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Solving;

[Fast]
public sealed class SearchRunnerTests
{
    static StepSampler Sampler(int cells)
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        return new(model, [model.CreateContext(new() { Cells = cells, MaxSequences = 8, BatchTokens = 64 })], new() { MaxRunning = 4 },
            NullLogger.Instance);
    }

    static async Task<Exception?> RunAsync(StepSampler sampler, JobSpec spec, params SearchNode[] stored)
    {
        var environment = SampleEnvironment.Of("");
        var pair = new ModelLease(new(new("scripted", "", 1), PromptPreset.All[0], sampler, environment.Policy), null, () => { })
        {
            Environment = environment,
        };
        return await Record.ExceptionAsync(
            () => new SearchRunner(spec, pair, TimeProvider.System,
                _ => { }).RunAsync(new(1, 0, new("id", "id", "1 + 1 = ?", null), stored, 0), default));
    }

    static SearchNode Stored(int no, int parent, int depth, int child, int tokens = 2) => new()
    {
        No = no, ParentNo = parent, Depth = depth, ChildIndex = child, State = NodeState.Open, Tokens = [.. Enumerable.Repeat(5, tokens)],
        Text = "x\n", Score = 0.5,
    };

    [Fact]
    public async Task A_stored_search_that_does_not_fit_a_smaller_context_fails_its_problem_and_names_the_setting()
    {
        using var sampler = Sampler(cells: 256);
        var fault = await RunAsync(sampler, new() { Policy = "scripted", Strategy = SearchStrategy.Greedy, Width = 1 },
            Stored(1, 0, 1, 0, tokens: 250));
        Assert.Contains("ContextCells", Assert.IsType<ModelFaultException>(fault).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stored_nodes_of_another_version_are_refused_before_anything_is_sampled()
    {
        using var sampler = Sampler(cells: 4096);
        var fault = await RunAsync(sampler, new() { Policy = "scripted", Reward = "r", Width = 2 }, Stored(1, 0, 1, 0), Stored(2, 0, 1, 1),
            Stored(4, 2, 2, 7));
        Assert.IsType<InvalidDataException>(fault);
        Assert.Equal(0, sampler.Statistics.Tokens);
    }
}
