using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Spectre.Console;
using Spectre.Console.Rendering;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

[Fast]
public sealed class ProgressViewTests
{
    static readonly JobProgress s_job = new()
    {
        JobId = 7, Spec = new() { Policy = "p", Name = "x" }, State = JobState.Running, CancelRequested = false,
        Batches = new(1, 1, 0, 0, 0, 0), Problems = 20, Answered = 0, Failed = 0, Correct = 0, Graded = 0, Nodes = 0, SampledTokens = 0,
        SearchSeconds = 0, Workers = ["w"], OldestError = null, PendingFiles = 0, EnqueuedAt = DateTimeOffset.UnixEpoch,
        StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = null,
    };

    [Fact]
    public async Task Lines_tell_where_the_jobs_stand_at_the_beginning_and_at_the_end()
    {
        using var output = new StringWriter();
        var states = new Queue<JobProgress>([s_job, s_job with { Answered = 20, Nodes = 1234, State = JobState.Completed }]);
        var view = new ProgressView(Consoles.ForStderr(output), (_, _) => Task.FromResult<JobProgress?>(states.Dequeue()),
            TimeProvider.System);

        var last = await view.WatchAsync([7], static job => job.Ended, TestContext.Current.CancellationToken);

        Assert.Equal(20, last[0].Answered);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("job 7 (x): running, 0 of 20 problems, 0 steps", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("job 7 (x): completed, 20 of 20 problems, 1,234 steps", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_with_failures_is_never_plainly_completed()
    {
        using var output = new StringWriter();
        var states = new Queue<JobProgress>(
            [s_job with { Answered = 5, Failed = 2 }, s_job with { Answered = 20, Failed = 3, State = JobState.Completed }]);
        var view = new ProgressView(Consoles.ForStderr(output), (_, _) => Task.FromResult<JobProgress?>(states.Dequeue()),
            TimeProvider.System);

        await view.WatchAsync([7], static job => job.Ended, TestContext.Current.CancellationToken);

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("job 7 (x): running, 5 of 20 problems, 2 failed, ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("job 7 (x): completed, 3 failed, 20 of 20 problems, 0 steps", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_without_a_single_answer_so_far_says_why_and_a_job_with_some_counts_the_others()
    {
        using var output = new StringWriter();
        var silent = s_job with
        {
            Answered = 5,
            Failed = 1,
            Unanswered = 4,
            UnansweredCauses = [new(UnansweredCause.NoAnswerFound, 4, 15, 16)],
        };
        var states = new Queue<JobProgress>(
            [silent, silent with { Answered = 20, FinishedAt = DateTimeOffset.UnixEpoch, State = JobState.Completed }]);
        var view = new ProgressView(Consoles.ForStderr(output), (_, _) => Task.FromResult<JobProgress?>(states.Dequeue()),
            TimeProvider.System);

        await view.WatchAsync([7], static job => job.Ended, TestContext.Current.CancellationToken);

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("job 7 (x): running, 5 of 20 problems, 1 failed, 4 unanswered, ", lines[0], StringComparison.Ordinal);
        Assert.Contains("no answer so far: no answer found in 15 of 16 solutions (4 problems); ", lines[0], StringComparison.Ordinal);
        Assert.Contains(", 4 unanswered, ", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("so far", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JobState.Completed, false, 0, "completed", "completed")]
    [InlineData(JobState.Completed, true, 3, "completed_with_failures", "completed, 3 failed")]
    [InlineData(JobState.Cancelled, true, 3, "cancelled", "cancelled")]
    [InlineData(JobState.Running, false, 3, "running", "running")]
    [InlineData(JobState.Queued, true, 0, "cancelling", "cancelling")]
    public void A_state_has_a_name_for_programs_and_words_for_people(
        JobState state, bool cancelRequested, int failed, string name, string words)
    {
        Assert.Equal(name, JobStateText.Of(state, cancelRequested, failed));
        Assert.Equal(words, JobStateText.Shown(state, cancelRequested, failed));
    }

    [Fact]
    public async Task A_database_that_is_away_is_waited_for()
    {
        using var output = new StringWriter();
        var (calls, revived) = (0, 0);
        var view = new ProgressView(Consoles.ForStderr(output), (_, _) => ++calls switch
        {
            1 => Task.FromResult<JobProgress?>(s_job),
            2 => throw new Npgsql.NpgsqlException("gone", new IOException("reset")),
            _ => Task.FromResult<JobProgress?>(s_job with { State = JobState.Completed }),
        }, TimeProvider.System, revive: _ => Task.FromResult(revived++));

        await view.WatchAsync([7], static job => job.Ended, TestContext.Current.CancellationToken);

        Assert.Equal((3, 1), (calls, revived));
    }

    [Fact]
    public async Task A_problem_whose_search_has_ended_counts_before_its_batch_is_committed()
    {
        using var output = new StringWriter();
        var states = new Queue<JobProgress>(
            [s_job with { Answered = 4, Searched = 9 }, s_job with { Answered = 20, State = JobState.Completed }]);
        var view = new ProgressView(Consoles.ForStderr(output), (_, _) => Task.FromResult<JobProgress?>(states.Dequeue()),
            TimeProvider.System);

        await view.WatchAsync([7], static job => job.Ended, TestContext.Current.CancellationToken);

        Assert.StartsWith("job 7 (x): running, 13 of 20 problems, ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_gives_the_terminal_no_orders()
    {
        using var output = new StringWriter();
        var view = new ProgressView(Consoles.ForStderr(output), (_, _) => Task.FromResult<JobProgress?>(
            s_job with { Spec = s_job.Spec! with { Name = "a\u001b[2J\r\nb\u202e" }, State = JobState.Completed }), TimeProvider.System);

        await view.WatchAsync([7], static job => true, TestContext.Current.CancellationToken);

        Assert.StartsWith("job 7 (a\\u001b[2J\\r\\nb\\u202e): ", output.ToString(), StringComparison.Ordinal);
        Assert.Single(output.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_job_that_waits_says_what_for()
    {
        var waiting = s_job with { State = JobState.Queued, Batches = new(2, 0, 0, 0, 0, 0), Workers = [], RunningWorkers = 1 };

        Assert.Equal("no worker is running: 'rebase worker run' starts one", JobRemarks.Of(waiting with { RunningWorkers = 0 }));
        Assert.Equal("waiting: 40 batches of 3 jobs before it", JobRemarks.Of(waiting with { BatchesAhead = 40, JobsAhead = 3 }));
        Assert.Equal("waiting: 1 batch of 1 job before it", JobRemarks.Of(waiting with { BatchesAhead = 1, JobsAhead = 1 }));
        Assert.Equal("no worker has it", JobRemarks.Of(waiting));
        Assert.Equal("on a, b, c and 2 more", JobRemarks.Of(s_job with { Workers = ["a", "b", "c", "d", "e"] }));
        Assert.Equal("on a", JobRemarks.Of(s_job with { Workers = ["a"] }));
        Assert.Equal("result files wait: No space left on device",
            JobRemarks.Of(s_job with { Batches = new(0, 0, 0, 2, 0, 0), FilesError = "No space left on device", PendingFiles = 1 }));
    }

    [Fact]
    public void Pace_counts_what_was_done_while_it_looked()
    {
        var rate = new ProgressRate(TimeProvider.System);
        var second = TimeProvider.System.TimestampFrequency;
        rate.Add(s_job with { SampledTokens = 10_000, Answered = 10 }, 0);
        Assert.Null(rate.TokensPerSecond);

        rate.Add(s_job with { SampledTokens = 12_000, Answered = 15 }, 10 * second);
        Assert.Equal(200.0, rate.TokensPerSecond);
        // Five problems of the mean length so far, 12,000 tokens for 15, at 200 tokens a second.
        Assert.Equal(20.0, rate.SecondsLeft!.Value, 1e-9);
    }

    [Fact]
    public void Pace_forgets_what_is_long_past()
    {
        var rate = new ProgressRate(TimeProvider.System);
        var second = TimeProvider.System.TimestampFrequency;
        rate.Add(s_job, 0);
        rate.Add(s_job, 1000 * second);
        rate.Add(s_job with { SampledTokens = 500 }, 1010 * second);

        Assert.Equal(50.0, rate.TokensPerSecond);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 2, 12)]
    [InlineData(99, 100, 23)]
    [InlineData(100, 100, 24)]
    public void A_bar_is_full_only_at_the_end(int part, int whole, int filled)
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(TextWriter.Null) });
        var bar = new ProgressBar(part, whole);

        Assert.Equal(filled, bar.Render(RenderOptions.Create(console), 80).First().Text.Length);
    }
}
