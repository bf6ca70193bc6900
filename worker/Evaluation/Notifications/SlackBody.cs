using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>
/// A message for an incoming webhook of Slack: blocks, and the text that notifications and old clients show. Slack takes 50 blocks, 150
/// characters in a header and 3,000 in a section. Pure.
/// </summary>
static class SlackBody
{
    const int LongestSection = 3_000;

    public static byte[] Of(Notification notification, Uri? report)
    {
        var verdict = notification.Verdict;
        var title = MessageText.Title(notification);
        var blocks = new JsonArray
        {
            new JsonObject
            {
                ["type"] = "header",
                ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = title, ["emoji"] = false },
            },
            Section(Escaped(MessageText.Reason(verdict))),
            Section(string.Join('\n', MessageText.Facts(verdict).Select(fact => $"*{fact.Name}:* {Escaped(fact.Value)}"))),
        };
        // One section each, so that no text comes near the limit.
        foreach (var cell in MessageText.Cells(verdict))
            blocks.Add(Section($"{Code(MessageText.Name(cell))}\n{Escaped(MessageText.Line(cell))}"));
        if (MessageText.Unnamed(verdict) is > 0 and var more) blocks.Add(Section($"{more} more cells did not pass"));
        if (report is not null) blocks.Add(Section($"<{report.AbsoluteUri}|Report>"));
        var message = new JsonObject { ["text"] = Escaped($"{title}. {MessageText.Reason(verdict)}"), ["blocks"] = blocks };
        return JsonSerializer.SerializeToUtf8Bytes(message, s_json);
    }

    static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static JsonObject Section(string text) => new()
    {
        ["type"] = "section",
        ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = text[..Math.Min(text.Length, LongestSection)], ["verbatim"] = true },
    };

    // Slack's three letters: with them, no text becomes a link, a channel or a mention. Verbatim: nor does a bare name or address.
    static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    static string Code(string text) => $"`{Escaped(text).Replace('`', '\'')}`";
}
