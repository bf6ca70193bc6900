using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Tests.Evaluation.Summaries;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Notifications;

/// <summary>Deliveries over real connections to real web servers on this machine.</summary>
public sealed class NotificationWorkerTests(PostgresServer server) : StoreTest(server)
{
    const string Path = "services/T0000000/B0000000/a-long-secret-abcd";

    NotificationBench Bench => field ??= new(Database.DataSource);

    [Fact]
    public async Task A_verdict_comes_to_each_target_once_and_a_webhook_is_signed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await Bench.ScheduleAsync(
            (new(receiver.Uri, "hook"), NotificationForm.Webhook, NotifyOn.Any), (new(receiver.Uri, "slack"), NotificationForm.Slack,
                NotifyOn.Any), (new(receiver.Uri, "teams?sig=1"), NotificationForm.Teams, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        await Task.WhenAll(Bench.DeliverAsync(), Bench.DeliverAsync());

        Assert.Equal(["/hook", "/slack", "/teams?sig=1"], receiver.Requests.Select(request => request.Target).Order());
        Assert.All(receiver.Requests, request => Assert.Equal(
            ("POST", "application/json; charset=utf-8"), (request.Method, request.Header("content-type"))));
        var hook = receiver.Requests.Single(request => request.Target == "/hook");
        var (id, timestamp) = (hook.Header("webhook-id")!, hook.Header("webhook-timestamp")!);
        Assert.Matches("^msg_[0-9a-f]{32}$", id);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp, CultureInfo.InvariantCulture), 0, 300);
        var signed = Encoding.UTF8.GetBytes($"{id}.{timestamp}.{Encoding.UTF8.GetString(hook.Body)}");
        var key = Convert.FromBase64String(NotificationBench.Secret["whsec_".Length..]);
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}", hook.Header("webhook-signature"));
        Assert.Equal("block", (string?)JsonNode.Parse(hook.Body)!["data"]!["verdict"]!["answer"]);
        Assert.All(receiver.Requests.Where(request => request != hook), request => Assert.Null(request.Header("webhook-signature")));
        Assert.Equal(3, await Bench.CountAsync("delivered_at IS NOT NULL AND attempts = 1 AND verdict IS NULL"));
    }

    [Fact]
    public async Task A_receiver_that_fails_first_gets_it_again_under_the_same_id()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await Bench.ScheduleAsync((new(receiver.Uri, Path), NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        receiver.AnswerWith(500, $"no room at /{Path}");
        await Bench.DeliverAsync();
        Assert.Equal("it answers 500 Internal Server Error: no room at /…",
            await ScalarAsync<string>("SELECT last_error FROM notifications"));
        Assert.Equal(1, (await Bench.Targets.UndeliveredAsync(Ct))["nightly"]);
        Assert.True(await ScalarAsync<bool>("SELECT due_at BETWEEN now() AND now() + interval '7 s' FROM notifications"));

        receiver.AnswerWith(200, "ok");
        await ExecuteAsync("UPDATE notifications SET due_at = now()");
        await Bench.DeliverAsync();
        var (first, second) = (receiver.Requests[0], receiver.Requests[1]);
        Assert.Equal(first.Header("webhook-id"), second.Header("webhook-id"));
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(1, await Bench.CountAsync("delivered_at IS NOT NULL AND attempts = 2 AND last_error IS NULL"));
        Assert.Empty(await Bench.Targets.UndeliveredAsync(Ct));
        Assert.Equal(["1551", "1550"], Bench.Log.Texts.Select(text => text[..4]));
        Assert.DoesNotContain(Bench.Log.Texts, text => text.Contains("long-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_given_up_at_once_and_this_is_seen()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(410, "channel_is_archived");
        await Bench.ScheduleAsync((new(receiver.Uri, Path), NotificationForm.Slack, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        await Bench.DeliverAsync();

        Assert.Single(receiver.Requests);
        var target = Assert.Single(await Bench.Targets.ListAsync("nightly", Ct));
        Assert.Equal((0, 0, 1, "it answers 410 Gone: channel_is_archived"),
            (target.Delivered, target.Waiting, target.GivenUp, target.LastError));
        Assert.Equal($"1552 schedule nightly: {receiver.Uri}…abcd was not told, and this is not tried again: it answers 410 Gone: "
            + "channel_is_archived", Assert.Single(Bench.Log.Texts));
        Assert.Equal(1, (await Bench.Targets.UndeliveredAsync(Ct))["nightly"]);
    }

    [Fact]
    public async Task One_that_fails_for_a_day_is_given_up()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(503);
        await Bench.ScheduleAsync((receiver.Uri, NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        await ExecuteAsync("UPDATE notifications SET attempts = 30, created_at = now() - interval '23 hours 10 minutes'");
        await Bench.DeliverAsync();
        Assert.Contains("(the last of 31 attempts in 23.2 hours)", await ScalarAsync<string>(
            "SELECT last_error FROM notifications WHERE given_up_at IS NOT NULL"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_given_up_is_sent_again_on_request_and_tried_as_long_as_a_new_one()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(404);
        await Bench.ScheduleAsync((receiver.Uri, NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        await ExecuteAsync("UPDATE notifications SET created_at = now() - interval '3 days'");
        await Bench.DeliverAsync();
        Assert.Equal([("nightly", 1)], await Bench.Targets.GivenUpAsync(Ct));

        Assert.Equal(1, await Bench.Outbox.ResendAsync("nightly", Ct));
        Assert.Equal(0, await Bench.Outbox.ResendAsync("nightly", Ct));
        Assert.Empty(await Bench.Targets.GivenUpAsync(Ct));
        receiver.AnswerWith(503);
        await Bench.DeliverAsync();
        Assert.Equal(1, await Bench.CountAsync("due_at > now()"));

        receiver.AnswerWith(204);
        await ExecuteAsync("UPDATE notifications SET due_at = now()");
        await Bench.DeliverAsync();
        var target = Assert.Single(await Bench.Targets.ListAsync("nightly", Ct));
        Assert.Equal((1, 0, 0), (target.Delivered, target.Waiting, target.GivenUp));
        Assert.Single(receiver.Requests.Select(request => request.Header("webhook-id")).Distinct());
        Assert.Single(receiver.Requests.Select(request => Convert.ToHexString(request.Body)).Distinct());
    }

    [Fact]
    public async Task A_receiver_that_asks_for_a_pause_gets_it()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, response, _) =>
        {
            response.StatusCode = 429;
            response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        };
        await Bench.ScheduleAsync((receiver.Uri, NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        await Bench.DeliverAsync();
        Assert.True(await ScalarAsync<bool>(
            "SELECT due_at BETWEEN now() + interval '60 s' AND now() + interval '120 s' FROM notifications"));
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_neither_the_others_nor_the_stop()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var (asked, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        receiver.Answer = async (request, response, ct) =>
        {
            if (request.Target != "/slow") return;
            asked.TrySetResult();
            await using var left = ct.Register(() => gone.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        };
        await Bench.ScheduleAsync((new(receiver.Uri, "slow"), NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        using var worker = Bench.Worker();
        await worker.StartAsync(Ct);
        await asked.Task.WaitAsync(Ct);
        await Bench.Targets.AddAsync("nightly",
            [new(NotificationAddress.Parse(new Uri(receiver.Uri, "quick").AbsoluteUri), NotificationForm.Webhook, NotifyOn.Any)], Ct);
        await ExecuteAsync("UPDATE notification_targets SET created_at = '2026-01-01'");
        await Bench.AddAsync(Verdicts.Block);
        await Eventually.TrueAsync(async () => await Bench.CountAsync("delivered_at IS NOT NULL") == 1);
        Assert.False(gone.Task.IsCompleted);

        await worker.StopAsync(Ct);
        Assert.True(worker.ExecuteTask!.IsCompletedSuccessfully);
        await gone.Task.WaitAsync(Ct);
        // It was cut off by the stop, and not by the time that a receiver has.
        Assert.Equal(1, await Bench.CountAsync("due_at IS NOT NULL AND last_error IS NULL AND attempts = 1"));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, response, _) =>
        {
            response.StatusCode = 307;
            response.Headers.Location = elsewhere.Uri.AbsoluteUri;
            return Task.CompletedTask;
        };
        await Bench.ScheduleAsync((receiver.Uri, NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        await Bench.DeliverAsync();
        Assert.Empty(elsewhere.Requests);
        Assert.Contains("no redirect is followed", await ScalarAsync<string>(
            "SELECT last_error FROM notifications WHERE given_up_at IS NOT NULL"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_this_machine_is_not_connected_to_unless_it_is_listed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await Bench.ScheduleAsync((receiver.Uri, NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        await Bench.DeliverAsync(Sources(""));
        Assert.Empty(receiver.Requests);
        Assert.Contains("no entry of Rebase:Sources:Notifications names it", await ErrorAsync(), StringComparison.Ordinal);

        await ExecuteAsync("DELETE FROM notifications");
        await Bench.AddAsync(Verdicts.Block);
        await Bench.DeliverAsync(Sources("hooks.slack.com"));
        Assert.Contains("is not in Rebase:Sources:Notifications", await ErrorAsync(), StringComparison.Ordinal);

        await ExecuteAsync("DELETE FROM notifications");
        await Bench.AddAsync(Verdicts.Block);
        await Bench.DeliverAsync(Sources(receiver.Uri.AbsoluteUri));
        Assert.Single(receiver.Requests);

        static AllowedSources Sources(string list) => AllowedSources.Of(list, isOwnWork: true, null, [], []);
        Task<string> ErrorAsync() => ScalarAsync<string>("SELECT last_error FROM notifications WHERE given_up_at IS NOT NULL");
    }

    [Fact]
    public async Task A_receiver_that_is_away_is_tried_again()
    {
        using var away = new RefusedPort();
        await Bench.ScheduleAsync((new(away.Uri, Path), NotificationForm.Webhook, NotifyOn.Any));
        await Bench.AddAsync(Verdicts.Block);
        await Bench.DeliverAsync();
        var error = await ScalarAsync<string>("SELECT last_error FROM notifications WHERE due_at > now()");
        Assert.StartsWith("it can't be reached", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }
}
