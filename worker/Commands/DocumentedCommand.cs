using System.CommandLine;

namespace RebaseBatch.Commands;

/// <summary>A command that does something, with examples.</summary>
/// <param name="documentation">A line of text, then lines that begin with <c>Example: </c>.</param>
sealed class DocumentedCommand(string name, string documentation) : Command(name, FirstSentence(documentation))
{
    const string ExampleMark = "Example: ";

    readonly string[] _lines = documentation.Split('\n');

    /// <summary>The whole text; lists of commands show its first sentence.</summary>
    public string Text => string.Join(' ', _lines.Where(line => !IsExample(line)));

    public IEnumerable<string> Examples => _lines.Where(IsExample).Select(line => line[ExampleMark.Length..]);

    static bool IsExample(string line) => line.StartsWith(ExampleMark, StringComparison.Ordinal);

    static string FirstSentence(string documentation)
    {
        var line = documentation.Split('\n')[0];
        var end = line.AsSpan().IndexOfAny(".:;");
        return end < 0 ? line : $"{line[..end]}.";
    }
}
