using System.CommandLine;

namespace RebaseBatch.Commands;

/// <summary>A command whose help shows examples.</summary>
/// <param name="documentation">Lines of text, then lines that begin with <c>Example: </c>.</param>
sealed class DocumentedCommand(string name, string documentation) : Command(name, FirstSentence(TextOf(documentation)))
{
    const string ExampleMark = "Example: ";

    /// <summary>The whole text; lists of commands show its first sentence.</summary>
    public string Text { get; } = TextOf(documentation);

    public IReadOnlyList<string> Examples { get; } =
        [.. documentation.Split('\n').Where(IsExample).Select(line => line[ExampleMark.Length..])];

    static string TextOf(string documentation) => string.Join(' ', documentation.Split('\n').Where(line => !IsExample(line)));

    static bool IsExample(string line) => line.StartsWith(ExampleMark, StringComparison.Ordinal);

    // A dot inside a number or a file's name ends no sentence.
    static string FirstSentence(string text)
    {
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }
}
