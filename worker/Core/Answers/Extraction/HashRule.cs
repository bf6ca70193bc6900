using System.Buffers;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>The end rule of GSM8K's hashes: the answer is the rest of the line.</summary>
static class HashRule
{
    static readonly SearchValues<char> s_numberCharacters = SearchValues.Create("0123456789.,%$ `*");

    /// <inheritdoc cref="AnswerForm.EndRule"/>
    public static string Take(ReadOnlySpan<char> text, int start, int end)
    {
        var rest = text[end..];
        var line = rest.IndexOfAny('\r', '\n') is >= 0 and var newline ? rest[..newline] : rest;
        // Before a number, a formula or code's end. Before other words only on the last line, because "#### Step 2" is a Markdown heading.
        if (!IsNumber(line.TrimStart(" $-+*`")) && !IsFormula(line.Trim(" *`.")) && HasText(rest[line.Length..])) return "";
        return Tidy.Answer(line.Trim(" `").Trim('*')).ToString();
    }

    static bool IsNumber(ReadOnlySpan<char> line) =>
        !line.IsEmpty && (char.IsAsciiDigit(line[0]) || line[0] == '.') && line.IndexOfAnyExcept(s_numberCharacters) < 0;

    static bool IsFormula(ReadOnlySpan<char> line) =>
        line.Length > 1 && ((line[0] == '$' && line[^1] == '$') || (line[0] is '\\' or '-' && line.Contains('\\') && !line.Contains(' ')));

    // A fence that closes a block of code says nothing.
    static bool HasText(ReadOnlySpan<char> rest) => !rest.Trim().Trim('`').IsEmpty;
}
