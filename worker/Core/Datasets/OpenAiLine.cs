using System.Text.Json;

namespace RebaseBatch.Core.Datasets;

/// <summary>
/// The question in a line of an OpenAI batch file: the last user message. The policy has its own prompt template, so the other
/// messages and parameters of the request are ignored.
/// </summary>
static class OpenAiLine
{
    /// <summary>Path of the field that has the question.</summary>
    public const string Field = "body.messages";

    /// <inheritdoc cref="ProblemLine.Read"/>
    /// <param name="ignored">Gets the names of the messages and parameters that are not the question.</param>
    public static string Question(JsonElement line, List<string> ignored)
    {
        if (Fields.Text(line, "method") is { } method && method != "POST")
            throw new InvalidLineException($"'method' is '{method}', expected 'POST'");
        if (Fields.Text(line, "url") is { } url && !url.EndsWith("/chat/completions", StringComparison.Ordinal))
            throw new InvalidLineException($"'url' is '{url}', only chat completions can be solved");
        if (Fields.Find(line, "body") is not { ValueKind: JsonValueKind.Object } body)
            throw new InvalidLineException("'body' is missing or not an object");
        if (Fields.Find(body, "messages") is not { ValueKind: JsonValueKind.Array } messages)
            throw new InvalidLineException("'body.messages' is missing or not an array");
        var question = ChatMessages.LastUser(messages, Field, ignored);
        ignored.AddRange(body.EnumerateObject().Where(parameter => parameter.Value.ValueKind != JsonValueKind.Null)
            .Select(parameter => parameter.Name).Where(name => !name.Equals("messages", StringComparison.OrdinalIgnoreCase)));
        return question;
    }
}
