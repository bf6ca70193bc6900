using System.Text.Json;

namespace RebaseBatch.Core.Datasets;

/// <summary>The kind of problem that a line states, such as a topic. Reports group by it, and no result depends on it.</summary>
static class Families
{
    // A longer text is no name of a kind.
    const int Longest = 64;

    /// <summary>In this order: the bundled datasets', MATH-500's and MMLU's, MATH's, MMLU-Pro's.</summary>
    public static IReadOnlyList<string> Names { get; } = ["family", "subject", "type", "category"];

    /// <returns>Null when the line states none. Anything but a short text counts as none, and not as a fault.</returns>
    public static FieldText? Of(JsonElement line)
    {
        foreach (var name in Names)
            if (Fields.Find(line, name) is { ValueKind: JsonValueKind.String } field && Name(field) is { Length: > 0 and <= Longest } text)
                return new(name, text);
        return null;
    }

    static string? Name(JsonElement field)
    {
        // Half of a surrogate pair can't be read as text, and Postgres can't store U+0000: both stand in the file as escapes.
        var raw = field.GetRawText();
        if (raw.Contains("\\ud", StringComparison.OrdinalIgnoreCase) || raw.Contains("\\u0000", StringComparison.Ordinal)) return null;
        return field.GetString()!.Trim();
    }
}
