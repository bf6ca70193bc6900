using System.Text.Json;

namespace RebaseBatch.Core.Datasets;

/// <summary>The question in a list of chat messages: the last one of the user.</summary>
static class ChatMessages
{
    /// <param name="field">Name of the field that has the messages, for sentences.</param>
    /// <param name="ignored">Gets the names of the messages that are not the question.</param>
    /// <exception cref="InvalidLineException">There is none, or it has more than text.</exception>
    public static string LastUser(JsonElement messages, string field, List<string> ignored)
    {
        string? question = null;
        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object)
                throw new InvalidLineException($"'{field}' has a message that is not an object");
            var role = Fields.Text(message, "role");
            if (role == "assistant")
                throw new InvalidLineException(
                    $"'{field}' has a message of the assistant, and a question that goes on from one can't be solved; leave only the "
                        + "question");
            var other = role == "user" ? question is null ? null : "earlier user messages" : OtherName(role);
            if (other is not null && !ignored.Contains(other)) ignored.Add(other);
            if (role == "user") question = Content(message);
        }
        if (question is null) throw new InvalidLineException($"'{field}' has no user message");
        return string.IsNullOrWhiteSpace(question) ? throw new InvalidLineException("the last user message is empty") : question;
    }

    static string OtherName(string? role) => role switch
    {
        "system" or "developer" => "system text",
        null => "messages without a role",
        _ => $"{role} messages",
    };

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
