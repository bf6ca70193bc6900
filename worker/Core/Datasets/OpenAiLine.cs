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
        if (Fields.Find(line, "body") is not { ValueKind: JsonValueKind.Object } body)
            throw new InvalidLineException("'body' is missing or not an object");
        return Fields.Find(body, "messages") is { ValueKind: JsonValueKind.Array } messages
            ? ChatMessages.LastUser(messages, "body.messages")
            : throw new InvalidLineException("'body.messages' is missing or not an array");
    }
}
