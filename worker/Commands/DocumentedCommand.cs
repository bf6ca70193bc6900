using System.CommandLine;
using System.Text.RegularExpressions;

namespace RebaseBatch.Commands;

/// <summary>A command whose help shows examples.</summary>
/// <param name="documentation">Lines of text, then lines that begin with <c>Example: </c>.</param>
sealed partial class DocumentedCommand(string name, string documentation) : Command(name, FirstSentence(TextOf(documentation)))
{
    const string ExampleMark = "Example: ";

    /// <summary>The whole text; lists of commands show its first sentence.</summary>
    public string Text { get; } = TextOf(documentation);

    public IReadOnlyList<string> Examples { get; } =
        [.. documentation.Split('\n').Where(IsExample).Select(line => line[ExampleMark.Length..])];

    static string TextOf(string documentation) => string.Join(' ', documentation.Split('\n').Where(line => !IsExample(line)));

    static bool IsExample(string line) => line.StartsWith(ExampleMark, StringComparison.Ordinal);

    // A dot inside a number, a file's name or an abbreviation ends no sentence: behind the end of one, a word begins with a capital.
    static string FirstSentence(string text) => End().Match(text) is { Success: true } end ? text[..(end.Index + 1)] : text;

    [GeneratedRegex(@"(?<!\b(?i:e\.g|i\.e|cf|vs|approx|fig|sec|resp))\.(?= +[""'(\p{Lu}])")]
    private static partial Regex End();
}
