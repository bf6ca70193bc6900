using System.Globalization;
using System.Text;
using RebaseBatch.Platform.Text;
using Spectre.Console.Rendering;

namespace RebaseBatch.Commands.Output;

/// <summary>
/// Texts measured in the cells of a terminal: a letter of East Asia takes two, a combining mark none. They are only cut between letters as
/// people see them.
/// </summary>
static class CellText
{
    const string Mark = "…";

    // Shows that a line ended here.
    const char LineEnd = '↵';

    /// <summary>The number of cells of one line.</summary>
    public static int Width(string text) => Ascii.IsValid(text) ? text.Length : new Segment(text).CellCount();

    /// <summary>The number of cells of the longest word: less can't be given to a text that wraps only at spaces.</summary>
    public static int LongestWord(string text) => text.Split(' ').Max(Width);

    /// <summary>The text in one line. Line ends become a sign, and other characters that are not seen become escapes.</summary>
    public static string OneLine(string text) =>
        VisibleText.Line(text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim('\n').Replace('\n', LineEnd));

    /// <summary>
    /// The text if it fits, else its beginning, a mark and its end: names of models and files often differ in their last letters only.
    /// </summary>
    /// <param name="width">At least 1.</param>
    public static string Shorten(string text, int width)
    {
        if (Width(text) <= width) return text;
        var room = width - Width(Mark);
        var end = End(text, room / 3).TrimStart();
        return $"{text[..Fitting(text, 0, room - Width(end))].TrimEnd()}{Mark}{end}";
    }

    /// <summary>Lines of at most this many cells, cut at spaces where that is possible.</summary>
    /// <param name="text">May have several lines.</param>
    /// <param name="width">A letter that is wider has a line of its own.</param>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        foreach (var part in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = OneLine(part).TrimEnd();
            var start = 0;
            while (Fitting(line, start, width, atLeastOne: true) is var end && end < line.Length)
            {
                var word = WordEnd(line, start, end);
                yield return line[start..word].TrimEnd();
                start = word;
                while (line[start] == ' ') start++;
            }

            yield return line[start..];
        }
    }

    public static string PadRight(string text, int width) => $"{text}{new string(' ', Math.Max(0, width - Width(text)))}";

    public static string PadLeft(string text, int width) => $"{new string(' ', Math.Max(0, width - Width(text)))}{text}";

    /// <summary>Where the last word that fits ends; in the midst of a word that is too long.</summary>
    static int WordEnd(string line, int start, int end)
    {
        // A space just behind the limit ends a word, too.
        var space = line.LastIndexOf(' ', end, end - start + 1);
        return space > start && line.AsSpan(start, space - start).ContainsAnyExcept(' ') ? space : end;
    }

    /// <summary>The end of the letters from <paramref name="start"/> that fit.</summary>
    static int Fitting(string text, int start, int width, bool atLeastOne = false)
    {
        var (end, taken) = (start, 0);
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text, end);
            taken += Width(text.Substring(end, length));
            if (taken > width && !(atLeastOne && end == start)) break;
            end += length;
        }

        return end;
    }

    /// <summary>As many whole letters as fit, from the end on.</summary>
    static string End(string text, int width)
    {
        var letters = StringInfo.ParseCombiningCharacters(text);
        var start = text.Length;
        for (var i = letters.Length - 1; i >= 0 && Width(text[letters[i]..]) <= width; i--) start = letters[i];
        return text[start..];
    }
}
