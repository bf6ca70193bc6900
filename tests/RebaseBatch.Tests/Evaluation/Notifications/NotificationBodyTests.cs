using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Evaluation.Summaries;
using RebaseBatch.Tests.Evaluation.Summaries;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Notifications;

[Fast]
public sealed class NotificationBodyTests
{
    static readonly DateTimeOffset s_created = new(2026, 11, 30, 3, 12, 5, TimeSpan.Zero);
    static readonly Uri s_report = new("https://rebase.example.org/reports/sweeps/9");
    static readonly Notification s_block = new(Verdicts.Block, s_created);

    [Fact]
    public void A_webhook_has_the_verdict_the_counts_the_link_and_the_summary()
    {
        var body = Json(NotificationForm.Webhook, s_block);
        Assert.Equal(("schedule.judged", "2026-11-30T03:12:05+00:00"), ((string?)body["type"], (string?)body["timestamp"]));
        var data = body["data"]!;
        Assert.Equal((64, 22, s_report.AbsoluteUri), ((int)data["lost"]!, (int)data["won"]!, (string?)data["report"]));
        Assert.Equal(VerdictSummary.Of(Verdicts.Block, s_report), (string?)data["summary"]);
        Assert.Equivalent(Verdicts.Block, data["verdict"].Deserialize<GateVerdict>(ContractsJson.Lines), strict: true);
        Assert.Equal(("block", "critical"), ((string?)data["verdict"]!["answer"], (string?)data["verdict"]!["cells"]![2]!["tier"]));
    }

    [Fact]
    public void What_kind_of_news_it_is_stands_at_its_head()
    {
        var stale = Verdicts.Pass with { Answer = GateAnswer.Stale };
        Assert.Equal("schedule.stale", (string?)Json(NotificationForm.Webhook, new(stale, s_created))["type"]);
        Assert.Equal("schedule.test", (string?)Json(NotificationForm.Webhook, s_block with { IsTest = true })["type"]);
    }

    [Fact]
    public void A_webhook_has_the_worst_cells_only_and_counts_those_that_it_leaves_out()
    {
        var (worst, good) = (Verdicts.Block.Cells[0] with { Answer = GateAnswer.Block, Title = "worst" }, Verdicts.Pass.Cells[0]);
        var many = Verdicts.Block with { Cells = [.. Enumerable.Range(0, 3_000).Select(i => good with { Title = $"cell {i}" }), worst] };
        var data = Json(NotificationForm.Webhook, new(many, s_created))["data"]!;
        Assert.Equal((2_901, 100), ((int)data["cells_left_out"]!, data["verdict"]!["cells"]!.AsArray().Count));
        Assert.Equal("worst", (string?)data["verdict"]!["cells"]![99]!["title"]);
        Assert.Equal(VerdictText.Lost(many), (int)data["lost"]!);
        Assert.Equal(0, (int)Json(NotificationForm.Webhook, s_block)["data"]!["cells_left_out"]!);
    }

    [Fact]
    public void Slack_gets_blocks() => Assert.Equal(OneLine("""
        {"text":"nightly: BLOCK. 1 of 2 critical cells got worse than is tolerated","blocks":[
        {"type":"header","text":{"type":"plain_text","text":"nightly: BLOCK","emoji":false}},
        {"type":"section","text":{"type":"mrkdwn","text":"1 of 2 critical cells got worse than is tolerated","verbatim":true}},
        {"type":"section","text":{"type":"mrkdwn","text":"*Run:* sweep 9 (sizes), due 2026-11-30 01:00Z, finished 2026-11-30 03:12Z
        \n*Held against:* sweep 1, finished 2026-11-01 03:00Z\n*Compared:* 2 of 3 cells
        \n*Answers:* 64 lost, 22 won","verbatim":true}},
        {"type":"section","text":{"type":"mrkdwn","text":"`tiny-math-policy-s rebase 16 on arithmetic-test`
        \nBLOCK: 66.0 % before, 55.0 % now, -11.0 (-15.8 to -6.2) points over 200 problems and 2 seeds,⏎
        61 lost, 17 won net of a problem's seeds, p &lt; 0.001","verbatim":true}},
        {"type":"section","text":{"type":"mrkdwn","text":"`tiny-math-policy-m rebase 16 on arithmetic-test`
        \nINCOMPARABLE: the run has no such cell","verbatim":true}},
        {"type":"section","text":{"type":"mrkdwn","text":"<https://rebase.example.org/reports/sweeps/9|Report>","verbatim":true}}]}
        """), Text(NotificationForm.Slack, s_block));

    [Fact]
    public void Teams_gets_a_card_in_its_envelope() => Assert.Equal(OneLine("""
        {"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,"content":{
        "$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.4","msteams":{"width":"Full"},
        "body":[
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"nightly: BLOCK",
        "size":"Large","weight":"Bolder","color":"Attention"}]},
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"1 of 2 critical cells got worse than is tolerated"}]},
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Run: ","weight":"Bolder"},
        {"type":"TextRun","text":"sweep 9 (sizes), due 2026-11-30 01:00Z, finished 2026-11-30 03:12Z"}]},
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Held against: ","weight":"Bolder"},
        {"type":"TextRun","text":"sweep 1, finished 2026-11-01 03:00Z"}]},
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Compared: ","weight":"Bolder"},
        {"type":"TextRun","text":"2 of 3 cells"}]},
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Answers: ","weight":"Bolder"},
        {"type":"TextRun","text":"64 lost, 22 won"}]},
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"tiny-math-policy-s rebase 16 on arithmetic-test ",
        "fontType":"Monospace"},
        {"type":"TextRun","text":"BLOCK: 66.0 % before, 55.0 % now, -11.0 (-15.8 to -6.2) points⏎
        over 200 problems and 2 seeds, 61 lost, 17 won net of a problem's seeds, p < 0.001"}]},
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"tiny-math-policy-m rebase 16 on arithmetic-test ",
        "fontType":"Monospace"},
        {"type":"TextRun","text":"INCOMPARABLE: the run has no such cell"}]}],
        "actions":[{"type":"Action.OpenUrl","title":"Report","url":"https://rebase.example.org/reports/sweeps/9"}]}}]}
        """), Text(NotificationForm.Teams, s_block));

    [Fact]
    public void Messages_stay_within_their_hosts_limits_and_mention_nobody()
    {
        var hostile = Verdicts.Lost with
        {
            Title = $"<!channel> `&{new string('x', 9_000)}",
            Answer = GateAnswer.Incomparable,
            Before = null,
            Reason = $"<@U1> <https://evil.example.org|click> {new string('&', 9_000)}",
        };
        var notification = new Notification(Verdicts.Block with
        {
            Schedule = new string('ä', 900),
            Reason = new string('<', 9_000),
            SweepName = new string('>', 900),
            Cells = [.. Enumerable.Repeat(hostile, 100)],
        }, s_created);

        Assert.True(NotificationBody.Of(NotificationForm.Teams, notification, s_report).Length < 28_000);
        var blocks = Json(NotificationForm.Slack, notification)["blocks"]!.AsArray();
        Assert.Equal(3 + MessageText.MostCells + 2, blocks.Count);
        Assert.InRange(((string)blocks[0]!["text"]!["text"]!).Length, 1, 150);
        Assert.All(blocks.Skip(1).SkipLast(1), block =>
        {
            var text = (string)block!["text"]!["text"]!;
            Assert.InRange(text.Length, 1, 3_000);
            Assert.DoesNotContain('<', text);
        });
    }

    /// <summary>A break that stands for a space is marked.</summary>
    static string OneLine(string text) => text.ReplaceLineEndings("\n").Replace("⏎\n", " ").Replace("\n", "");

    static string Text(NotificationForm form, Notification notification) =>
        Encoding.UTF8.GetString(NotificationBody.Of(form, notification, s_report));

    static JsonNode Json(NotificationForm form, Notification notification) =>
        JsonNode.Parse(NotificationBody.Of(form, notification, s_report))!;
}
