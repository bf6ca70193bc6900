using System.Text.Json;

namespace RebaseBatch.Core.Datasets;

/// <summary>
/// The question in a line of an OpenAI batch file: the last user message. The policy has its own prompt template, so the other
/// messages and parameters of the request are ignored.
/// </summary>
static class OpenAiLine
{
    /// <inheritdoc cref="ProblemLine.Read"/>
    public static string Question(JsonElement line)
    {
        if (Fields.Text(line, "method") is { } method && method != "POST")
            throw new InvalidLineException($"'method' is '{method}', expected 'POST'");
        if (Fields.Text(line, "url") is { } url && !url.EndsWith("/chat/completions", StringComparison.Ordinal))
            throw new InvalidLineException($"'url' is '{url}', only chat completions can be solved");
        if (!line.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.Object)
            throw new InvalidLineException("'body' is missing or not an object");
        if (!body.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array)
            throw new InvalidLineException("'body.messages' is missing or not an array");

        string? question = null;
        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object)
                throw new InvalidLineException("'body.messages' has a message that is not an object");
            if (Fields.Text(message, "role") == "user") question = Content(message);
        }
        if (question is null) throw new InvalidLineException("'body.messages' has no user message");
        return string.IsNullOrWhiteSpace(question) ? throw new InvalidLineException("the last user message is empty") : question;
    }

    static string Content(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content)) return "";
        if (content.ValueKind != JsonValueKind.Array) return Fields.Text(message, "content") ?? "";
        return string.Join('\n', content.EnumerateArray().Select(Part));
    }

    static string Part(JsonElement part)
    {
        if (part.ValueKind != JsonValueKind.Object)
            throw new InvalidLineException("a user message has a content part that is not an object");
        var type = Fields.Text(part, "type");
        return type == "text"
            ? Fields.Text(part, "text") ?? ""
            : throw new InvalidLineException($"a user message has a content part of type '{type}', only text can be solved");
    }
}
