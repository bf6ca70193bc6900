using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Models;

public sealed class ModelsCheckTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    Task<CommandRun> Check(string entry, string? file = null)
    {
        var path = System.Text.Json.JsonSerializer.Serialize(file ?? Support.Llama.Models.PathOf("tiny-math-prm"));
        var runtime = System.Text.Json.JsonSerializer.Serialize(Support.Llama.Models.Runtime.Kind.ToString());
        _folder.Write("rebase.json", $$"""
            { "Rebase": {
              "Inference": { "Runtime": {{runtime}} },
              "Models": { "prm": { "Role": "Reward", "Path": {{path}}{{(entry.Length > 0 ? "," : "")}} {{entry}} } } } }
            """);
        return CommandRun.In(_folder, [], "models", "check", "prm", "--format", "json");
    }

    [Fact]
    public async Task A_self_test_that_fails_is_told_with_both_scores()
    {
        // No model gives a score of exactly 0.5.
        var run = await Check("""
            "SelfTest": {
              "Question": "Mia has 3 books.", "Steps": [ { "Text": "Step 1: Mia has 3 books.", "Score": 0.5 } ], "Tolerance": 0 }
            """);
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains("step 1 scores 0.", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("states 0.5000", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_self_test_that_holds_passes()
    {
        var run = await Check("""
            "SelfTest": {
              "Question": "Mia has 3 books.", "Steps": [ { "Text": "Step 1: Mia has 3 books.", "Score": 0.5 } ], "Tolerance": 0.5 }
            """);
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
    }

    [Fact]
    public async Task Every_fault_of_an_entry_is_named()
    {
        var run = await Check("""
            "Convention": "rlhflow", "SelfTest": { "Question": "", "Steps": [ { "Text": "a", "Score": 2 }, { "Txt": "b" } ] }
            """);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("Rebase:Models:prm:SelfTest:Steps:1:Txt: there is no such setting", run.Error, StringComparison.Ordinal);

        run = await Check("""
            "SelfTest": { "Question": "", "Steps": [ { "Text": "a", "Score": 2 } ] }
            """);
        Assert.Contains("Rebase:Models:prm:SelfTest:Steps:0:Score: 2 is not within 0 to 1", run.Error, StringComparison.Ordinal);
        Assert.Contains("Rebase:Models:prm:SelfTest:Question: a self-test has a question", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_convention_that_the_model_does_not_follow_is_refused()
    {
        var run = await Check("\"Convention\": \"rlhflow\"");
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains("is not a reward model of the convention rlhflow", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "rlhflow-llama3.1")]
    [InlineData("\"Preset\": \"rlhflow-llama3.1\"", "rlhflow-llama3.1")]
    [InlineData("\"Convention\": \"rlhflow\"", null)]
    public async Task A_published_model_needs_no_setting_and_its_preset_is_shown(string entry, string? preset)
    {
        var path = Path.Combine(_folder.Path, "prm.gguf");
        new TinyGguf(TinyModel.LlamaControls, ["\n\n"]) { Name = "Llama3.1 8B PRM Deepseek Data" }.Write(path);
        var run = await Check(entry, path);
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        using var json = System.Text.Json.JsonDocument.Parse(run.Out);
        Assert.Equal(preset, json.RootElement[0].GetProperty("preset").GetString());
    }

    [Fact]
    public async Task A_convention_without_labels_is_tried_out_too()
    {
        var run = await Check("\"Convention\": \"mean-logit\", \"StepTagId\": 3");
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
    }
}
