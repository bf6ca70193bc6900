using System.Text.RegularExpressions;

namespace RebaseBatch.Tests.Support;

/// <summary>Reads a line as a shell does, as far as the examples of the help go: quotes, pipes, lists and redirections.</summary>
static partial class ShellWords
{
    /// <returns>The words of each program that the line runs, without what is redirected.</returns>
    public static IEnumerable<string[]> ProgramsOf(string line)
    {
        var words = new List<string>();
        var skips = false;
        foreach (Match match in Word().Matches(line))
        {
            var (text, isSign) = (match.Value, match.Groups["sign"].Success);
            if (isSign && text is ">" or "<") skips = true;
            else if (isSign)
            {
                if (words.Count > 0) yield return [.. words];
                words.Clear();
            }
            else if (skips) skips = false;
            else words.Add(Quotes().Replace(text, "$1$2"));
        }

        if (words.Count > 0) yield return [.. words];
    }

    [GeneratedRegex("""(?<sign>&&|<\(|[|;<>)])|(?:[^\s"'|;<>()&]|"[^"]*"|'[^']*')+""")]
    private static partial Regex Word();

    [GeneratedRegex("""
        "([^"]*)"|'([^']*)'
        """)]
    private static partial Regex Quotes();
}
