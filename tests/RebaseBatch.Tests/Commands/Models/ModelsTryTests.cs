using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Models;

/// <summary>The bundled pair, and a policy that was never trained, tried as a worker uses them.</summary>
public sealed class ModelsTryTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    Task<CommandRun> Try(params string[] args)
    {
        var runtime = Support.Llama.Models.Runtime.Kind.ToString();
        var random = Path.Combine(_folder.Path, "random.gguf");
        new TinyGguf(TinyModel.LlamaControls, ["\n\n"]).Write(random);
        var models = new Dictionary<string, object>
        {
            ["policy"] = new { Role = "Policy", Path = Support.Llama.Models.PathOf("tiny-math-policy-s") },
            ["unmet"] = new { Role = "Policy", Path = Support.Llama.Models.PathOf("tiny-math-policy-s"), StepBoundary = "##" },
            ["prm"] = new { Role = "Reward", Path = Support.Llama.Models.PathOf("tiny-math-prm") },
            ["random"] = new { Role = "Policy", Path = random },
        };
        var settings = new { Rebase = new { Inference = new { Runtime = runtime }, Models = models } };
        _folder.Write("rebase.json", JsonSerializer.Serialize(settings));
        return CommandRun.In(_folder, [], ["models", "check", .. args]);
    }

    static void Shows(CommandRun run, params string[] texts) =>
        Assert.All(texts, text => Assert.Contains(text, run.Out, StringComparison.Ordinal));

    [Fact]
    public async Task The_bundled_pair_shows_tokens_steps_scores_and_the_answer()
    {
        var run = await Try("policy", "prm", "--try");
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Shows(run, "The prompt is 30 tokens", "1:<s> ", "307:\" books\"", "14:\"\\n\"", "Step 1: Mia has 3 * 3 = 9 books.", "boundary",
            "end of text", "Answer: 34", "[3:\"ки\"]", "P('+')", "(wrong number) Step 1: Mia has 3 * 3 = 2 books.");
        Assert.Equal(4, run.OutLines.Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
        Assert.DoesNotContain("ADVICE", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_all_tokens_and_the_verdicts()
    {
        var run = await Try("policy", "--try", "--reward", "prm", "--format", "json", "--question", "1 < 2?");
        using var json = JsonDocument.Parse(run.Out);
        var trial = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(("1 < 2?", "prm"), (trial.GetProperty("question").GetString(), trial.GetProperty("reward").GetString()));
        var first = trial.GetProperty("prompt_tokens")[0];
        Assert.Equal((1, "<s>", true),
            (first.GetProperty("id").GetInt32(), first.GetProperty("text").GetString(), first.GetProperty("control").GetBoolean()));
        var step = trial.GetProperty("steps")[0];
        Assert.InRange(step.GetProperty("score").GetDouble(), 0, 1);
        // Read again, the step is one token behind what was kept, and llama.cpp rounds by the size of a call.
        Assert.Equal(step.GetProperty("score").GetDouble(), trial.GetProperty("judged")[0].GetProperty("score").GetDouble(), 2e-3);
        Assert.Equal(["prompt", "step boundary", "answer", "judgment"],
            trial.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task Csv_has_a_line_for_each_step()
    {
        var run = await Try("policy", "--try", "--format", "csv");
        Assert.Equal("model,step,ended_by,tokens,score,text", run.OutLines[0]);
        Assert.StartsWith("policy,1,boundary,17,", run.OutLines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_boundary_that_is_never_met_is_told_and_the_exit_code_stays_0()
    {
        var run = await Try("unmet", "--try");
        Assert.Equal(ExitCode.Ok, run.Code);
        Shows(run, "ADVICE", "'##' never came", "set StepBoundary to numbered");
    }

    [Fact]
    public async Task A_policy_without_an_answer_is_shown_and_refused()
    {
        var run = await Try("random", "--try");
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Shows(run, "0:<|begin_of_text|>", "FAILS", "Answer: no answer found");
        Assert.Contains("the policy 'random' can't serve jobs", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reward_model_alone_judges_the_built_in_solution()
    {
        var run = await Try("prm", "--try");
        Assert.Equal(ExitCode.Ok, run.Code);
        Shows(run, "Reward model prm, convention math-shepherd", "Step 2: Together they have 9 + 25 = 34 books.", "the score falls by");
        Assert.DoesNotContain("Policy", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_options_of_a_trial_need_it_and_are_checked()
    {
        var run = await Try("policy", "--question", "1 + 1?");
        Assert.Equal((ExitCode.BadInput, true), (run.Code, run.Error.Contains("--question needs --try", StringComparison.Ordinal)));
        run = await Try("policy", "--try", "--temperature", "11");
        Assert.Equal((ExitCode.BadInput, true), (run.Code, run.Error.Contains("temperature: 11 is not", StringComparison.Ordinal)));
        run = await Try("policy", "--try", "--question", string.Join(' ', Enumerable.Repeat("1 + 1", 300)));
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains("leaves no room in the policy's context", run.Error, StringComparison.Ordinal);
    }
}
