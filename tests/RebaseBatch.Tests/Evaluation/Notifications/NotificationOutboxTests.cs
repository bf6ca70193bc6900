using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Tests.Evaluation.Summaries;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Notifications;

/// <summary>Which verdicts become notifications.</summary>
public sealed class NotificationOutboxTests(PostgresServer server) : StoreTest(server)
{
    static readonly Uri s_any = new("https://any.example.org/"), s_other = new("https://not-pass.example.org/");

    NotificationBench Bench => field ??= new(Database.DataSource);

    [Fact]
    public async Task A_run_is_told_once_however_often_and_by_how_many_it_is_judged()
    {
        await Bench.ScheduleAsync((s_any, NotificationForm.Webhook, NotifyOn.Any));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Bench.AddAsync(Verdicts.Block)));
        // A run that goes on at a later due time is the same sweep.
        await Bench.AddAsync(Verdicts.Block with { DueAt = Verdicts.Block.DueAt!.Value.AddDays(1) });
        Assert.Equal(1, await Bench.CountAsync("true"));
        await Bench.AddAsync(Verdicts.Block with { SweepId = 10 });
        Assert.Equal(2, await Bench.CountAsync("true"));
    }

    [Fact]
    public async Task A_verdict_that_was_not_stored_is_not_told()
    {
        await Bench.ScheduleAsync((s_any, NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block, commit: false);
        Assert.Equal(0, await Bench.CountAsync("true"));
    }

    [Fact]
    public async Task Who_wants_no_passes_gets_what_is_none_and_the_first_pass_after_it()
    {
        await Bench.ScheduleAsync((s_any, NotificationForm.Webhook, NotifyOn.Any), (s_other, NotificationForm.Slack, NotifyOn.NotPass));
        GateAnswer[] nights = [GateAnswer.Pass, GateAnswer.Inconclusive, GateAnswer.Pass, GateAnswer.Pass, GateAnswer.Block];
        foreach (var (night, answer) in nights.Index()) await Bench.AddAsync(Verdicts.Pass with { SweepId = night, Answer = answer });

        Assert.Equal("sweep 0 pass, sweep 1 inconclusive, sweep 2 pass, sweep 3 pass, sweep 4 block", await ToldAsync("any"));
        Assert.Equal("sweep 1 inconclusive, sweep 2 pass, sweep 4 block", await ToldAsync("not_pass"));
    }

    [Fact]
    public async Task A_run_that_finished_before_the_target_was_added_is_no_news()
    {
        await Bench.ScheduleAsync((s_any, NotificationForm.Webhook, NotifyOn.Any));
        await ExecuteAsync("UPDATE notification_targets SET created_at = '2026-12-01'");
        await Bench.AddAsync(Verdicts.Block);
        Assert.Equal(0, await Bench.CountAsync("true"));
    }

    [Fact]
    public async Task An_overdue_run_is_told_once_for_each_due_time()
    {
        await Bench.ScheduleAsync((s_other, NotificationForm.Slack, NotifyOn.NotPass));
        var stale = Verdicts.Pass with { Answer = GateAnswer.Stale, Cells = [] };
        foreach (var days in (int[])[0, 0, 1])
            await Bench.Outbox.AddStaleAsync(1, stale with { DueAt = stale.DueAt!.Value.AddDays(days) }, stale.DueAt.Value, Ct);
        Assert.Equal("due 2026-11-30T01:00:00Z stale, due 2026-12-01T01:00:00Z stale", await ToldAsync("not_pass"));
    }

    [Fact]
    public async Task A_schedule_whose_run_never_began_is_told_by_any_worker_and_once()
    {
        var due = (await ScalarAsync<DateTime>("SELECT now()")).AddHours(-2);
        var schedules = new ScheduleStore(Database.DataSource);
        await schedules.AddAsync(
            new("late", $"{due.Minute} {due.Hour} * * *", "UTC", null, MissedPolicy.Skip, false, Sweep(4), null)
            {
                Notify = [new(NotificationAddress.Parse(s_other.AbsoluteUri), NotificationForm.Slack, NotifyOn.NotPass)],
            }, [[Problem(1)]], Ct);
        await ExecuteAsync("UPDATE schedules SET created_at = now() - interval '3 hours'");
        await ExecuteAsync("UPDATE notification_targets SET created_at = now() - interval '3 hours'");
        var stored = Assert.Single(await schedules.ListAsync(Ct));
        foreach (var worker in (OverdueNotices[])[new(Bench.Outbox), new(Bench.Outbox)])
            for (var round = 0; round < 2; round++) await worker.TellAsync(stored, await schedules.NowAsync(Ct), Ct);

        Assert.Equal($"due {due:yyyy-MM-dd'T'HH:mm}:00Z stale", await ToldAsync("not_pass"));
        Assert.Equal("late", await ScalarAsync<string>("SELECT verdict ->> 'schedule' FROM notifications"));
    }

    [Fact]
    public async Task A_run_whose_results_became_too_old_is_told_once()
    {
        await Bench.ScheduleAsync((s_other, NotificationForm.Slack, NotifyOn.NotPass));
        var due = Verdicts.Pass.DueAt!.Value;
        var stored = new StoredSchedule(1, new("nightly", "0 1 1 1 *", "UTC", null, MissedPolicy.Skip, false, Sweep(4), 1),
            due.AddDays(-1), due, 9, true, Verdicts.Pass with { MeasuredAt = due.AddHours(3) })
        {
            Gate = StoredGate.Of(new GatePolicy { MaxAge = TimeSpan.FromHours(26) }),
        };
        foreach (var hours in (double[])[28.9, 29.1, 30])
        {
            Assert.Equal(hours > 29, AgedRun.Of(stored, due.AddHours(hours)) is not null);
            foreach (var worker in (OverdueNotices[])[new(Bench.Outbox), new(Bench.Outbox)])
                for (var round = 0; round < 2; round++) await worker.TellAsync(stored, due.AddHours(hours), Ct);
        }

        Assert.Equal($"aged {due:yyyy-MM-dd'T'HH:mm}:00Z stale", await ToldAsync("not_pass"));
        Assert.EndsWith(" and older than 26h", await ScalarAsync<string>("SELECT verdict ->> 'reason' FROM notifications"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_and_their_notifications_go_with_their_schedule()
    {
        await Bench.ScheduleAsync((s_any, NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        await ExecuteAsync("DELETE FROM schedules");
        Assert.Equal(0, await Bench.CountAsync("true"));
    }

    Task<string> ToldAsync(string on) => ScalarAsync<string>("""
        SELECT string_agg(subject || ' ' || n.answer, ', ' ORDER BY subject)
        FROM notifications n JOIN notification_targets t USING (target_id) WHERE t.notify_on = @on
        """, new { on });
}
