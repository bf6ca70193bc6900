using RebaseBatch.Contracts;
using RebaseBatch.Edge.Dashboard;
using Xunit;

namespace RebaseBatch.Tests.Edge.Dashboard;

[Fast]
public sealed class JobsTableTests
{
    static readonly JobStatus s_job = new()
    {
        JobId = 7, Name = "nightly", State = "completed", Strategy = SearchStrategy.Rebase, Width = 4, Policy = "p", Reward = "r",
        Problems = 20, Answered = 20, Done = 20,
        Failed = 0, Unanswered = 0, Graded = 20, Accuracy = 0.5, AccuracyLow = 0.3, AccuracyHigh = 0.7,
        Steps = 0, SampledTokens = 0, TokensPerSecond = null, SecondsLeft = null, Workers = 0, Remark = null, Report = null, Files = null,
        EnqueuedAt = DateTimeOffset.UnixEpoch, StartedAt = null, FinishedAt = null,
    };

    [Fact]
    public void A_job_with_failures_is_not_shown_as_a_completed_one()
    {
        var whole = JobsTable.Of([s_job]).Markup;
        Assert.Contains("<span class=\"state completed\">completed</span>", whole, StringComparison.Ordinal);
        Assert.DoesNotContain("failed", whole, StringComparison.Ordinal);

        var failing = JobsTable.Of([s_job with
        {
            State = "completed_with_failures", Failed = 3, Unanswered = 2, UnansweredBecause = "no answer found",
        }]).Markup;
        Assert.Contains("<span class=\"state completed_with_failures\">completed, 3 failed</span>", failing, StringComparison.Ordinal);
        Assert.Contains("<span class=\"failed\">3 failed, left out</span>", failing, StringComparison.Ordinal);
        Assert.Contains("2 unanswered", failing, StringComparison.Ordinal);
        Assert.Contains("<div>unanswered: no answer found</div>", failing, StringComparison.Ordinal);
        // The page's own colours: good for what completed, bad for what failed.
        Assert.Matches(@"\.completed_with_failures \{ color: var\(--bad\)", PageFiles.Style);
        Assert.DoesNotMatch(@"\.completed_with_failures \{ color: var\(--good\)", PageFiles.Style);
    }

    [Fact]
    public void A_cancelled_job_with_four_right_answers_does_not_look_like_a_whole_result()
    {
        var cancelled = s_job with
        {
            State = "cancelled",
            Problems = 30,
            Answered = 4,
            Done = 4,
            Graded = 4,
            Accuracy = 1,
            AccuracyLow = 0.51,
            AccuracyHigh = 1,
            FinishedAt = DateTimeOffset.UnixEpoch,
        };

        var markup = JobsTable.Of([cancelled]).Markup;

        Assert.Contains("100.0 % of 4<br><span class=\"quiet\">51.0 % to 100.0 %</span>", markup, StringComparison.Ordinal);
        Assert.Contains("<span class=\"failed\">of 4 answered problems only, not of 30</span>", markup, StringComparison.Ordinal);
        // While it runs, the progress beside it says so.
        Assert.DoesNotContain("only, not of",
            JobsTable.Of([cancelled with { State = "running", FinishedAt = null }]).Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("only, not of",
            JobsTable.Of([s_job with { FinishedAt = DateTimeOffset.UnixEpoch }]).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_running_job_tells_its_failures_beside_its_progress() => Assert.Contains(", <span class=\"failed\">1 failed</span>",
        JobsTable.Of([s_job with { State = "running", Failed = 1 }]).Markup, StringComparison.Ordinal);
}
