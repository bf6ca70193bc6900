using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Durable.Jobs;

[Fast]
public sealed class UnansweredTextTests
{
    static readonly JobProgress s_job = new()
    {
        JobId = 7, Spec = new() { Policy = "p" }, State = JobState.Completed, CancelRequested = false, Batches = new(0, 0, 0, 1, 0, 0),
        Problems = 24, Answered = 24, Failed = 0, Unanswered = 24, Correct = 0, Graded = 24, Nodes = 0, SampledTokens = 0,
        SearchSeconds = 0, Workers = [], OldestError = null, PendingFiles = 0, EnqueuedAt = DateTimeOffset.UnixEpoch,
        StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = DateTimeOffset.UnixEpoch,
        UnansweredCauses = [new(UnansweredCause.NoAnswerFound, 23, 96, 97), new(UnansweredCause.RewardContext, 1, 4, 4)],
    };

    [Fact]
    public void A_warning_tells_the_causes_the_way_out_and_how_solutions_end()
    {
        var lines = UnansweredText.Warning(s_job, [new("a\u001b[2J", "Step 1.\nSo the answer is: 34\n\n"), new("b", " \n")]).Split('\n');
        Assert.StartsWith("24 of 24 problems of job 7 have no answer: no answer found in 96 of 97 solutions (23 problems); 4 of 4 "
            + "solutions did not fit the reward model's context (1 problem); the policy states its answers in a form that is not read",
            lines[0], StringComparison.Ordinal);
        Assert.Equal([@"  a\u001b[2J ended with: 'So the answer is: 34'", "  b ended with: (no text)"], lines[1..]);
    }

    [Theory]
    [InlineData(0, 20, 0, false)]
    [InlineData(1, 11, 0, false)]
    [InlineData(1, 10, 0, true)]
    [InlineData(1, 20, 10, true)]
    [InlineData(0, 10, 10, false)]
    public void A_tenth_of_the_problems_that_did_not_fail_is_much(int unanswered, int answered, int failed, bool much) =>
        Assert.Equal(much, UnansweredText.IsMuch(s_job with { Unanswered = unanswered, Answered = answered, Failed = failed }));

    [Fact]
    public void Only_a_job_that_goes_on_without_one_answer_is_silent()
    {
        var running = s_job with { FinishedAt = null, State = JobState.Running, Answered = 5, Failed = 1, Unanswered = 4 };
        Assert.True(UnansweredText.IsSilent(running));
        Assert.False(UnansweredText.IsSilent(running with { Unanswered = 3 }));
        Assert.False(UnansweredText.IsSilent(running with { Failed = 5, Unanswered = 0 }));
        Assert.False(UnansweredText.IsSilent(s_job));
    }

    [Fact]
    public void A_last_line_is_short_and_moves_no_cursor()
    {
        Assert.Equal(@"'red \u001b[31m, back \u0008, left \u202e\u000d.'",
            UnansweredText.LastLine("x\nred \u001b[31m, back \b, left \u202e\r."));
        var line = UnansweredText.LastLine($"😀{new string('x', 119)}");
        Assert.Equal($"'…{new string('x', 119)}'", line);
    }

    [Fact]
    public void Every_cause_has_words_and_a_way_out()
    {
        var texts = Enum.GetValues<UnansweredCause>().Select(cause =>
            UnansweredText.Explained(s_job with { UnansweredCauses = [new(cause, 1, 0, 0)] })).ToList();
        Assert.Equal(texts.Count, texts.Distinct().Count());
        Assert.All(texts, text => Assert.Contains("(1 problem); ", text, StringComparison.Ordinal));
    }
}
