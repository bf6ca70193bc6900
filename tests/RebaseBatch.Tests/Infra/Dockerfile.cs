using System.Text.Json;
using System.Text.RegularExpressions;

namespace RebaseBatch.Tests.Infra;

/// <summary>The repository's Dockerfile, taken apart into instructions.</summary>
static partial class Dockerfile
{
    public static IReadOnlyList<(string Stage, string Verb, string Text)> Instructions { get; } = [.. Read()];

    public static IEnumerable<string> Of(string stage, string verb) =>
        Instructions.Where(i => i.Stage == stage && i.Verb == verb).Select(i => i.Text);

    /// <summary>An instruction's words in the form of a JSON array.</summary>
    public static string[] Words(string text) => JsonSerializer.Deserialize<string[]>(text[text.IndexOf('[', StringComparison.Ordinal)..])!;

    /// <summary>The variables that the image sets.</summary>
    public static Dictionary<string, string> Environment => Of("worker", "ENV")
        .SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    static IEnumerable<(string, string, string)> Read()
    {
        var stage = "";
        foreach (var line in string.Join('\n', Repository.Lines("Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            var (verb, text) = line.Split(' ', 2) is [var first, var rest]
                ? (first, Spaces().Replace(rest, " ").Trim()) : throw new FormatException($"'{line}' is no instruction");
            if (verb == "FROM") stage = text.Split(" AS ")[1];
            yield return (stage, verb, text);
        }
    }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
