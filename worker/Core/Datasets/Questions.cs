using System.Text.Json;

namespace RebaseBatch.Core.Datasets;

/// <summary>The question of a line, under the names that public datasets give it.</summary>
static class Questions
{
    // The first that is there counts: a 'prompt' beside a 'question' is the question with instructions for one model around it.
    static readonly string[] s_names =
    [
        "question", "problem", // most datasets
        "problem_text", // SciBench
        "query", // MetaMath
        "prompt", // DAPO and HumanEval
        "input", // BBH
        "sQuestion", // MultiArith as first published
    ];

    // In a question that is an object: PRM800K's labels and ARC as first published.
    static readonly string[] s_inner = ["problem", "stem"];

    /// <summary>All fields that are looked at, the first part of a path.</summary>
    public static IEnumerable<string> Names => [.. s_names, "body"];

    public static bool IsName(string name) => s_names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <param name="fields">Gets the paths of the fields that have it.</param>
    /// <param name="ignored">Gets the names of the messages that are not the question.</param>
    /// <exception cref="InvalidLineException">It is missing, empty, no text, or there are two.</exception>
    public static string Of(JsonElement line, List<string> fields, List<string> ignored)
    {
        if (Fields.Has(line, "problem") && Fields.Has(line, "question"))
            throw new InvalidLineException("has both 'problem' and 'question', so its question is ambiguous");
        if (s_names.FirstOrDefault(name => Fields.Find(line, name) is not null) is { } found)
            return WithStory(line, Text(line, found, fields, ignored), fields);
        if (s_names.FirstOrDefault(name => Fields.Has(line, name)) is { } empty) throw new InvalidLineException($"'{empty}' is empty");
        throw new InvalidLineException(Fields.Has(line, "method") || Fields.Has(line, "body")
            ? "'body' is missing or not an object, and the line has no question under another name"
            : "has no question: expected 'question', 'problem', 'prompt', 'query', 'input' or 'body.messages'");
    }

    static string Text(JsonElement line, string name, List<string> fields, List<string> ignored)
    {
        var field = Fields.Find(line, name)!.Value;
        if (field.ValueKind == JsonValueKind.Array && name == "prompt")
        {
            fields.Add(name);
            return ChatMessages.LastUser(field, name, ignored);
        }
        if (field.ValueKind == JsonValueKind.Object && s_inner.FirstOrDefault(inner => Fields.Find(field, inner) is not null) is { } at)
            (name, field) = ($"{name}.{at}", Fields.Find(field, at)!.Value);
        fields.Add(name);
        var text = Fields.Text(name, field);
        return string.IsNullOrWhiteSpace(text) ? throw new InvalidLineException($"'{name}' is empty") : text;
    }

    /// <summary>ASDiv and SVAMP have the story in <c>body</c>, and only its last sentence in the question.</summary>
    static string WithStory(JsonElement line, string question, List<string> fields)
    {
        if (Fields.Find(line, "body") is not { ValueKind: JsonValueKind.String } body
            || Fields.Text("body", body).Trim() is not { Length: > 0 } story || question.Contains(story, StringComparison.Ordinal))
            return question;
        fields.Insert(0, "body");
        return $"{story} {question.TrimStart()}";
    }
}
