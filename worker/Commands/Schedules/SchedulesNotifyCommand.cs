using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Tables;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules notify NAME</c>: whom a schedule tells what its gate says.</summary>
static class SchedulesNotifyCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = ScheduleArgument.Create();
        var add = new NotifyOptions("--add");
        var remove = new Option<long[]>("--remove")
        {
            Description = "Tell the target with this number nothing more; may be given several times.",
            HelpName = "NUMBER",
        };
        var test = new Option<bool>("--test")
        {
            Description = "Send a test to each target now, from this machine. Workers send from theirs.",
        };
        var resend = new Option<bool>("--resend")
        {
            Description = "Have workers send again what they gave up, and try as long as for a new notification.",
        };
        var format = FormatOption.Create();
        var command = new DocumentedCommand("notify", """
            Shows and changes whom a schedule tells what its gate says.
            Workers deliver a verdict once to each target. If it does not answer, they try again for Rebase:Notifications:GiveUpHours.
            Addresses are secrets: lists show only the host and the last letters.
            Example: rebase schedules notify nightly --add https://hooks.slack.com/services/T000/B000/XXXX
            Example: rebase schedules notify nightly --test
            Example: rebase schedules notify nightly --resend
            """) { name, add.Addresses, add.Form, add.On, remove, test, resend, format };
        command.SetAction((parsed, ct) => RunAsync(
            new(environment, parsed), parsed.GetRequiredValue(name), add.TargetsOf(parsed), parsed.GetValue(remove) ?? [],
            (parsed.GetValue(test), parsed.GetValue(resend), parsed.GetValue(format) ?? OutputFormat.Table), ct));
        return command;
    }

    static async Task<int> RunAsync(
        CommandContext context, string name, IReadOnlyList<NotificationTarget> added, long[] removed,
        (bool Test, bool Resend, OutputFormat Format) asked, CancellationToken ct)
    {
        await using var database = await context.OpenDatabaseAsync(ct);
        var schedule = (await ScheduleArgument.FindAsync(new ScheduleStore(database.DataSource), name, ct)).Schedule;
        var targets = new NotificationTargets(database.DataSource);
        foreach (var number in removed)
            if (!await targets.RemoveAsync(name, number, ct))
                throw new UserException(ExitCode.NotFound,
                    $"the schedule '{name}' has no target {number}: 'rebase schedules notify {name}' shows their numbers");
        await targets.AddAsync(name, added, ct);
        NotifyOptions.Remark(context, added);
        if (added.Count > 0 && schedule.Baseline is null)
            context.WriteStderr("the schedule has no baseline, so that no run is judged: only runs that do not finish are told");
        if (asked.Resend) await ResendAsync(context, database.DataSource, name, ct);

        var stored = await targets.ListAsync(name, ct);
        Listing.Write(context.Out, asked.Format, stored,
            new("number", row => row.Number, Rank: Rank.Key),
            new("address", row => row.Target.Address.ToString(), Rank: 1, Least: 16),
            new("form", row => EnumOption.Name(row.Target.Form), Rank: 5),
            new("notify_on", row => EnumOption.Name(row.Target.On), Rank: 4),
            new("delivered", row => row.Delivered, Rank: 3),
            new("waiting", row => row.Waiting, Rank: 2),
            new("given_up", row => row.GivenUp, Rank: Rank.Verdict),
            new("delivered_at", row => row.DeliveredAt),
            new("last_error", row => row.LastError, Rank: 1, Least: 16));
        return asked.Test ? await TestAsync(context, name, stored, ct) : (int)ExitCode.Ok;
    }

    static async Task ResendAsync(CommandContext context, Npgsql.NpgsqlDataSource db, string name, CancellationToken ct)
    {
        var again = await new NotificationOutbox(db).ResendAsync(name, ct);
        var lost = (await new NotificationTargets(db).GivenUpAsync(ct)).FirstOrDefault(row => row.Schedule == name).Count;
        context.WriteStderr(again switch
        {
            0 => "no notification was given up that can be sent again",
            1 => "1 notification is sent again by the next worker",
            _ => $"{again} notifications are sent again by the next worker",
        } + (lost == 0 ? "" : $"; {lost} can't be sent again, because the version that gave them up did not keep their verdicts: "
            + $"'rebase schedules check {name}' says what the gate says now"));
    }

    static async Task<int> TestAsync(CommandContext context, string name, IReadOnlyList<StoredTarget> targets, CancellationToken ct)
    {
        if (targets.Count == 0)
            throw new UserException(ExitCode.NotFound, $"the schedule '{name}' tells nobody: add an address with --add");
        var options = context.Options;
        using var sender = new NotificationSender(
            options.NotificationSources(), new(options.Notifications.Secret), TimeProvider.System);
        var notification = new Notification(new()
        {
            Answer = GateAnswer.Pass, Reason = "This is a test of the address. No run was judged.", Schedule = name,
        }, TimeProvider.System.GetUtcNow(), IsTest: true);
        var failed = 0;
        foreach (var (address, form, _) in targets.Select(target => target.Target))
        {
            var body = NotificationBody.Of(form, notification, report: null);
            var delivery = await sender.SendAsync(address, form, $"msg_{Guid.NewGuid():N}", body, ct);
            if (delivery.Error is not null) failed++;
            context.WriteStderr(delivery.Error is { } error ? $"{address} was not told: {error}" : $"{address} has the test");
        }

        return (int)(failed > 0 ? ExitCode.Incomplete : ExitCode.Ok);
    }
}
