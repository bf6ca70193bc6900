using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Steps;
using RebaseBatch.Solving.Trials;
using Xunit;

namespace RebaseBatch.Tests.Solving.Trials;

[Fast]
public sealed class SolutionChecksTests
{
    static readonly PromptPreset s_plain = PromptPreset.All.Single(prompt => prompt.Name == "plain");

    static TrialStep Step(string text, StepEnd end, double? score = 0.5) => new(text, end, 9, score);

    static List<TrialCheck> Of(PromptPreset prompt, bool ended, params TrialStep[] steps)
    {
        var answer = ended ? AnswerExtractor.Find(string.Concat(steps.Select(step => step.Text))) : null;
        return [.. SolutionChecks.Of(prompt, new() { Policy = "p", Reward = "r" }, steps, ended, answer)];
    }

    static void Says(TrialCheck check, TrialVerdict verdict, params string[] parts)
    {
        Assert.Equal(verdict, check.Verdict);
        Assert.All(parts, part => Assert.Contains(part, check.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void A_solution_in_steps_with_an_answer_fits_and_its_form_is_named()
    {
        var checks = Of(s_plain, true, Step("Step 1: 3 * 3 = 9\n", StepEnd.Boundary), Step("The answer is: 9", StepEnd.EndOfGeneration));
        Assert.Equal(2, checks.Count);
        Says(checks[0], TrialVerdict.Ok, "1 of 2 steps end at a line break");
        Says(checks[1], TrialVerdict.Ok, "'9'", "MetaMath");
    }

    [Theory]
    [InlineData("one\n\ntwo. The answer is 4", "set StepBoundary to paragraph")]
    [InlineData("Step 1: a Step 2: b. The answer is 4", "set StepBoundary to numbered")]
    [InlineData("one and two. The answer is 4", "set StepBoundary to what the policy writes between steps")]
    public void One_step_only_names_the_boundary_that_the_text_has(string text, string wayOut)
    {
        var prompt = s_plain with { Boundary = StepBoundary.Parse("##") };
        Says(Of(prompt, true, Step(text, StepEnd.EndOfGeneration))[0], TrialVerdict.Advice, "one step", "'##' never came", wayOut);
    }

    [Fact]
    public void Steps_that_all_end_at_the_limit_name_the_boundary_that_never_came()
    {
        var prompt = s_plain with { Boundary = StepBoundary.Paragraph };
        var checks = Of(prompt, false, Step("one\ntwo\n", StepEnd.Limit), Step("three\nfour", StepEnd.Limit));
        Says(checks[0], TrialVerdict.Advice, "every step ends at the limit", "none at an empty line", "set StepBoundary to line");
        Says(checks[1], TrialVerdict.Fails, "18 tokens in 2 steps", "answer mark 'The answer is'");
    }

    [Fact]
    public void An_answer_that_is_stated_in_a_search_that_never_ends_asks_for_the_answer_mark()
    {
        var checks = Of(s_plain, false, Step("So the answer is: 34\n", StepEnd.Boundary), Step("and so on\n", StepEnd.Boundary));
        Says(checks[1], TrialVerdict.Fails, "although it states '34'", "set AnswerMark");
    }

    [Fact]
    public void An_answer_form_that_is_not_read_fails()
    {
        var checks = Of(s_plain, true, Step("9 + 25\n", StepEnd.Boundary), Step("which makes thirty-four", StepEnd.EndOfGeneration));
        Says(checks[1], TrialVerdict.Fails, "no answer found", "no known form");
    }

    [Fact]
    public void A_policy_that_ends_its_text_at_once_fails()
    {
        var check = Assert.Single(Of(s_plain, true, Step("", StepEnd.EndOfGeneration)));
        Says(check, TrialVerdict.Fails, "wrote no step");
    }

    [Fact]
    public void Steps_without_scores_name_the_reward_models_context()
    {
        var checks = Of(s_plain, true, Step("1\n", StepEnd.Boundary), Step("The answer is 9", StepEnd.EndOfGeneration, score: null));
        Says(checks[2], TrialVerdict.Advice, "1 of 2 steps have no score", "ContextCells");
    }
}
