using Dapper;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Durable.Results;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.History;
using RebaseBatch.Evaluation.Schedules;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Gates;

/// <summary>What happens to jobs after they ended, and what the gate makes of it.</summary>
public sealed partial class GateStoreTests
{
    [Fact]
    public async Task A_cell_of_the_baseline_whose_job_was_deleted_is_missing()
    {
        var (baseline, run) = (await RunAsync("weights-1", _ => true, Sweep(4, 8)), await RunAsync("weights-2", _ => true, Sweep(4, 8)));
        await AddAsync(baseline, run);
        await ExecuteAsync("DELETE FROM jobs WHERE job_id = (SELECT max(job_id) FROM sweep_jobs WHERE sweep_id = @baseline)",
            new { baseline });
        var verdict = Assert.Single(await JudgeDueAsync()).Verdict;
        Assert.Equal(GateAnswer.Incomparable, verdict.Answer);
        Assert.Equal(("tiny rebase 8 on d.jsonl", "the baseline's jobs of this cell were deleted"),
            (verdict.Cells[^1].Title, verdict.Cells[^1].Reason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_is_judged_anew_when_its_answers_or_its_baselines_are_graded_again(bool ofBaseline)
    {
        var (baseline, run) = (await RunAsync("weights-1", problem => problem < 30), await RunAsync("weights-2", problem => problem < 30));
        await AddAsync(baseline, run);
        Assert.True(Assert.Single(await JudgeDueAsync()).IsStored);
        var job = await ScalarAsync<long>($"SELECT job_id FROM sweep_jobs WHERE sweep_id = {(ofBaseline ? baseline : run)}");
        await new Regrading(Database.DataSource).RunAsync(job, Ct);
        Assert.Equal(run, Assert.Single(await Store.UnjudgedAsync(Ct)).SweepId);
        Assert.True(Assert.Single(await JudgeDueAsync()).IsStored);
    }

    [Fact]
    public async Task Answers_of_two_versions_of_the_grader_are_not_compared_until_they_are_graded_again()
    {
        var (baseline, run) = (await RunAsync("weights-1", problem => problem < 30), await RunAsync("weights-2", problem => problem < 30));
        await ExecuteAsync($"""
            UPDATE answers SET grader_version = CASE WHEN job_id IN (SELECT job_id FROM sweep_jobs WHERE sweep_id = {baseline})
                THEN '3' ELSE '4' END
            """);
        var verdict = await JudgeAsync(run, baseline);
        Assert.Equal((GateAnswer.Incomparable, "another version of the grader graded it: grader: 3 (baseline), 4 (run); 'rebase results "
            + $"regrade JOB' grades it again with this program's, for each of the jobs {baseline}, {run}"),
            (verdict.Answer, Assert.Single(verdict.Cells).Reason));
        Assert.Contains(new GateFact("grader", "3", "4", true), verdict.RanOn);

        var allowed = await JudgeAsync(run, baseline, new() { AllowEngineChange = true });
        Assert.Equal((GateAnswer.Inconclusive, "grader: 3 (baseline), 4 (run)"), (allowed.Answer, Assert.Single(allowed.EngineChanges)));
        Assert.EndsWith("what both ran on is not known", GateSummary.Line(allowed), StringComparison.Ordinal);

        foreach (var sweep in (long[])[baseline, run])
            await new Regrading(Database.DataSource).RunAsync(
                await ScalarAsync<long>($"SELECT job_id FROM sweep_jobs WHERE sweep_id = {sweep}"), Ct);
        Assert.DoesNotContain((await JudgeAsync(run, baseline)).RanOn, fact => fact.Differs);
    }

    [Fact]
    public async Task A_run_is_judged_by_the_new_grades_if_its_answers_are_graded_again_while_it_is_judged()
    {
        var (baseline, run) = (await RunAsync("weights-1", problem => problem < 30), await RunAsync("weights-2", problem => problem < 30));
        await AddAsync(baseline, run);
        await using var regrading = await Database.DataSource.OpenConnectionAsync(Ct);
        await using var transaction = await regrading.BeginTransactionAsync(Ct);
        await regrading.ExecuteAsync($"SELECT FROM jobs WHERE job_id = {run} FOR NO KEY UPDATE");
        await regrading.ExecuteAsync($"UPDATE answers SET correct = false WHERE job_id = {run}");
        var judging = JudgeDueAsync();
        await Eventually.TrueAsync(async () => judging.IsCompleted || await ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"));
        await transaction.CommitAsync(Ct);
        var (verdict, isStored) = Assert.Single(await judging);
        Assert.Equal((GateAnswer.Block, true), (verdict.Answer, isStored));
    }

    [Fact]
    public async Task A_run_whose_answers_are_graded_again_while_the_next_one_is_under_way_is_judged_anew()
    {
        var (baseline, run) = (await RunAsync("weights-1", problem => problem < 30), await RunAsync("weights-2", problem => problem < 30));
        await AddAsync(baseline, run);
        Assert.True(Assert.Single(await JudgeDueAsync()).IsStored);
        var next = await EnqueueAsync("weights-3", s_sweep, s_problems);
        await ExecuteAsync("INSERT INTO schedule_runs (schedule_id, due_at, sweep_id) VALUES (1, now() + interval '1 minute', @SweepId)",
            new { next.SweepId });
        await new Regrading(Database.DataSource).RunAsync(run, Ct);
        Assert.Equal(run, Assert.Single(await Store.UnjudgedAsync(Ct)).SweepId);
    }

    [Fact]
    public async Task A_verdict_whose_jobs_were_deleted_since_says_so_and_so_does_the_history()
    {
        var (baseline, run) = (await RunAsync("weights-1", problem => problem < 30), await RunAsync("weights-2", problem => problem < 12));
        await AddAsync(baseline, run);
        await JudgeDueAsync();
        await ExecuteAsync("DELETE FROM jobs WHERE job_id = @run", new { run });
        var answer = Assert.Single(await new ScheduleCheck(Schedules, Gate).AnswersAsync(null, Ct));
        Assert.Equal((GateAnswer.Block, run), (answer.Answer, Assert.Single(answer.DeletedJobs)));
        const string Told = "; deleted since: 1 of the run's 1 job, so that this verdict can't be checked any more";
        Assert.EndsWith(Told, GateSummary.Line(answer), StringComparison.Ordinal);
        var history = await new HistoryReader(Database.DataSource).ReadAsync("nightly", 10, Ct);
        Assert.EndsWith(Told, Assert.Single(history.Nights).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_of_the_baseline_whose_job_was_deleted_is_told_and_shown_in_a_cell_that_passes()
    {
        var three = s_sweep with { Seeds = [1, 2, 3] };
        var (baseline, run) = (await RunAsync("weights-1", _ => true, three), await RunAsync("weights-2", _ => true, three));
        await AddAsync(baseline, run);
        await Store.SetAsync(1, new() { MaxDrop = 0.5 }, Ct);
        await ExecuteAsync("DELETE FROM jobs WHERE job_id = (SELECT job_id FROM sweep_jobs WHERE sweep_id = @baseline AND place = 1)",
            new { baseline });
        var verdict = Assert.Single(await JudgeDueAsync()).Verdict;
        Assert.Equal((GateAnswer.Pass, "seed 2: the baseline's job was deleted"),
            (verdict.Answer, Assert.Single(Assert.Single(verdict.Cells).MissingSeeds)));
        var line = Assert.Single(GateSummary.CellLines(verdict));
        Assert.StartsWith("PASS tiny rebase 4 on d.jsonl: no significant drop", line, StringComparison.Ordinal);
        Assert.EndsWith("; seed 2: the baseline's job was deleted", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_repeats_another_runs_results_is_as_old_as_these()
    {
        var (baseline, first) = (await RunAsync("weights-1", _ => true), await RunAsync("weights-2", _ => true));
        await ExecuteAsync("""
            UPDATE jobs SET enqueued_at = enqueued_at - interval '30 hours', finished_at = finished_at - interval '30 hours';
            UPDATE sweeps SET created_at = created_at - interval '30 hours'
            """);
        var repeated = await EnqueueAsync("weights-2", s_sweep, s_problems);
        Assert.Equal([first], repeated.Jobs);
        await AddAsync(baseline, repeated.SweepId);
        var verdict = Assert.Single(await JudgeDueAsync()).Verdict;
        Assert.Equal((1, 0), (verdict.Repeated, (await JudgeAsync(first, baseline)).Repeated));
        var answer = Assert.Single(await new ScheduleCheck(Schedules, Gate, TimeSpan.FromHours(26)).AnswersAsync(null, Ct));
        Assert.Equal(GateAnswer.Stale, answer.Answer);
        Assert.EndsWith(" and older than 26h", answer.Reason, StringComparison.Ordinal);
        Assert.NotEqual(GateAnswer.Stale,
            Assert.Single(await new ScheduleCheck(Schedules, Gate, TimeSpan.FromHours(31)).AnswersAsync(null, Ct)).Answer);
    }
}
