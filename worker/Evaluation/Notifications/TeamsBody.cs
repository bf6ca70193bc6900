using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>
/// A message for a workflow of Teams ("When a Teams webhook request is received"): an Adaptive Card in its envelope. Names stand in text
/// runs, which know no Markdown. Teams takes 28 KB. Pure.
/// </summary>
static class TeamsBody
{
    static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Of(Notification notification, Uri? report)
    {
        var verdict = notification.Verdict;
        var body = new JsonArray
        {
            Paragraph(Run(MessageText.Title(notification), ("size", "Large"), ("weight", "Bolder"), ("color", Colour(verdict.Answer)))),
            Paragraph(Run(MessageText.Reason(verdict))),
        };
        foreach (var (name, value) in MessageText.Facts(verdict)) body.Add(Paragraph(Run($"{name}: ", ("weight", "Bolder")), Run(value)));
        foreach (var cell in MessageText.Cells(verdict))
            body.Add(Paragraph(Run($"{MessageText.Name(cell)} ", ("fontType", "Monospace")), Run(MessageText.Line(cell))));
        if (MessageText.Unnamed(verdict) is > 0 and var more) body.Add(Paragraph(Run($"{more} more cells did not pass")));
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["msteams"] = new JsonObject { ["width"] = "Full" },
            ["body"] = body,
        };
        if (report is not null)
            card["actions"] = new JsonArray(
                new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Report", ["url"] = report.AbsoluteUri });
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.card.adaptive",
                ["contentUrl"] = null,
                ["content"] = card,
            }),
        }, s_json);
    }

    static JsonObject Paragraph(params JsonNode[] runs) => new() { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(runs) };

    static JsonObject Run(string text, params (string Name, string Value)[] style)
    {
        var run = new JsonObject { ["type"] = "TextRun", ["text"] = text };
        foreach (var (name, value) in style) run[name] = value;
        return run;
    }

    static string Colour(GateAnswer answer) => answer switch
    {
        GateAnswer.Pass => "Good",
        GateAnswer.Warn or GateAnswer.Inconclusive => "Warning",
        _ => "Attention",
    };
}
