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
        "content", // CARP
    ];

    // A text before the question: ASDiv and SVAMP, OlympiadBench, AGIEval.
    static readonly string[] s_stories = ["body", "context", "passage"];

    // In a question that is an object: PRM800K's labels and ARC as first published.
    static readonly string[] s_inner = ["problem", "stem"];

    /// <summary>All fields that are looked at, the first part of a path.</summary>
    public static IEnumerable<string> Names => [.. s_names, .. s_stories];

    public static bool IsName(string name) => s_names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <param name="named">The field that the user names; null for the names of public datasets.</param>
    /// <param name="fields">Gets the paths of the fields that have it.</param>
    /// <param name="ignored">Gets the names of the messages that are not the question.</param>
    /// <exception cref="InvalidLineException">It is missing, empty, no text, or there are two.</exception>
    public static string Of(JsonElement line, string? named, List<string> fields, List<string> ignored)
    {
        if (named is not null)
        {
            if (Fields.Find(line, named) is null)
                throw new InvalidLineException($"'{named}' is missing or empty, which is to have the question");
            return WithStory(line, Text(line, named, fields, ignored), fields);
        }
        // Copies of AIME and AMC have the same text under both.
        if (Fields.Has(line, "problem") && Fields.Has(line, "question") && !HasSame(line, "problem", "question"))
            throw new InvalidLineException("has both 'problem' and 'question', so its question is ambiguous; name its field");
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
        if (field.ValueKind == JsonValueKind.Array && (name == "prompt" || IsMessages(field)))
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

    static bool HasSame(JsonElement line, string one, string other) =>
        Fields.Find(line, one) is { ValueKind: JsonValueKind.String } first
        && Fields.Find(line, other) is { ValueKind: JsonValueKind.String } second
        && Fields.Text(one, first).Trim() == Fields.Text(other, second).Trim();

    static bool IsMessages(JsonElement list) =>
        list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Object && Fields.Has(list[0], "role");

    /// <summary>ASDiv and SVAMP have the story in <c>body</c>, and only its last sentence in the question.</summary>
    static string WithStory(JsonElement line, string question, List<string> fields)
    {
        foreach (var name in s_stories)
        {
            if (Fields.Find(line, name) is not { ValueKind: JsonValueKind.String } field || fields.Contains(name)
                || Fields.Text(name, field).Trim() is not { Length: > 0 } story || question.Contains(story, StringComparison.Ordinal))
                continue;
            fields.Insert(0, name);
            return name == "body" ? $"{story} {question.TrimStart()}" : $"{story}\n{question.TrimStart()}";
        }
        return question;
    }
}
