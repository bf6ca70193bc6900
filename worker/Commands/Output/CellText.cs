using System.Globalization;
using System.Text;
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

    /// <summary>The text in one line. Line ends become a sign, and what would move the cursor becomes a space.</summary>
    public static string OneLine(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Trim('\n').Replace('\n', LineEnd);
        return lines.Any(char.IsControl) ? string.Concat(lines.Select(letter => char.IsControl(letter) ? ' ' : letter)) : lines;
    }

    /// <summary>The text if it fits, else its beginning and a mark.</summary>
    /// <param name="width">At least 1.</param>
    public static string Shorten(string text, int width) => Width(text) <= width ? text
        : $"{Beginning(text, width - Width(Mark)).TrimEnd()}{Mark}";

    /// <summary>Lines of at most this many cells, cut at spaces where that is possible.</summary>
    /// <param name="text">May have several lines.</param>
    /// <param name="width">At least 2, for a letter of two cells.</param>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var rest = OneLine(line).TrimEnd();
            while (Width(rest) > width)
            {
                var fits = Beginning(rest, width);
                if (fits.Length == 0) fits = rest[..StringInfo.GetNextTextElementLength(rest)];
                if (fits.Length == rest.Length) break;
                // A space just behind the limit ends a word, too.
                var space = rest.Length > fits.Length && rest[fits.Length] == ' ' ? fits.Length : fits.LastIndexOf(' ');
                var end = space > 0 && fits.AsSpan(0, Math.Min(space, fits.Length)).ContainsAnyExcept(' ') ? space : fits.Length;
                yield return rest[..end].TrimEnd();
                rest = rest[end..].TrimStart();
            }

            yield return rest;
        }
    }

    public static string PadRight(string text, int width) => $"{text}{new string(' ', Math.Max(0, width - Width(text)))}";

    public static string PadLeft(string text, int width) => $"{new string(' ', Math.Max(0, width - Width(text)))}{text}";

    /// <summary>As many whole letters as fit.</summary>
    static string Beginning(string text, int width)
    {
        var (end, taken) = (0, 0);
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text, end);
            taken += Width(text.Substring(end, length));
            if (taken > width) break;
            end += length;
        }

        return text[..end];
    }
}
