using System.Text;
using System.Text.RegularExpressions;

namespace RebaseBatch.Contracts;

/// <summary>
/// A job's own form of stating answers: a .NET regular expression without backtracking, so that one match takes time linear in the text,
/// whatever the pattern. The answer is the group named <c>answer</c>, else the first group, else the whole match.
/// </summary>
public static class AnswerPattern
{
    /// <summary>Longest pattern, in characters.</summary>
    public const int Longest = 500;

    // Counted repetitions are written out: (x{1000}){1000} has a million states, and needs memory for them.
    const int MostStates = 1000;

    /// <summary>The name of the group that has the answer.</summary>
    public const string Group = "answer";

    /// <summary>Why answers can't be found by this pattern; null when they can.</summary>
    public static string? FaultOf(string pattern)
    {
        if (string.IsNullOrWhiteSpace(pattern)) return "the pattern is empty: leave it out to find answers in the usual forms";
        if (pattern.Length > Longest) return $"the pattern has {pattern.Length} characters, at most {Longest} are allowed";
        if (pattern.Contains('\0', StringComparison.Ordinal) || pattern.EnumerateRunes().Contains(Rune.ReplacementChar))
            return "the pattern has a character that can't be stored: U+0000, U+FFFD or half of a surrogate pair";
        try
        {
            // The plain parser first: its sentence names the place of a mistake.
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            if (States(pattern) > MostStates)
                return $"the pattern is too large: its counted repetitions make more than {MostStates} states; use * or + in place of them";
            var compiled = Compile(pattern);
            return compiled.IsMatch("") && compiled.GetGroupNumbers().Length == 1
                ? "the pattern matches an empty text and has no group, so it finds nothing: put the answer in brackets, such as "
                    + "'Result: (.+)'"
                : null;
        }
        catch (RegexParseException e)
        {
            return $"the pattern is no regular expression: {e.Message}";
        }
        catch (NotSupportedException)
        {
            return "the pattern has a back reference, a lookahead, a lookbehind, an atomic group or a condition, which can take "
                + "exponential time: write it without them; the text before and behind the answer may be part of the pattern, "
                + "and a group in brackets marks the answer";
        }
    }

    /// <param name="pattern">One without a fault.</param>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>How many states the pattern has at most, counted repetitions written out; it stops counting above the limit.</summary>
    static long States(string pattern)
    {
        var outer = new Stack<long>();
        var (all, last) = (0L, 0L);
        for (var i = 0; i < pattern.Length && all <= MostStates; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    (all, last) = (all + 1, 1);
                    break;
                case '[':
                    i = ClassEnd(pattern, i);
                    (all, last) = (all + 1, 1);
                    break;
                case '(':
                    outer.Push(all);
                    (all, last) = (0, 0);
                    break;
                case ')' when outer.TryPop(out var before):
                    (all, last) = (before + all + 1, all + 1);
                    break;
                case '{' when Times(pattern, ref i) is { } times:
                    all += last * (times - 1);
                    last *= times;
                    break;
                default:
                    (all, last) = (all + 1, 1);
                    break;
            }
        }
        // The groups that are open when it stops are at least as large as what they hold.
        return all + outer.Sum();
    }

    static int ClassEnd(string pattern, int open)
    {
        var depth = 0;
        for (var i = open; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\') i++;
            else if (pattern[i] == '[' && (depth == 0 || pattern[i - 1] == '-')) depth++;
            else if (pattern[i] == ']' && i > open + 1 && pattern[i - 1] is not ('[' or '^') && --depth == 0) return i;
        }
        return pattern.Length;
    }

    /// <summary>The most times of {2}, {2,} and {2,5}; null, with the place unchanged, for any other brace.</summary>
    static long? Times(string pattern, ref int at)
    {
        var close = pattern.IndexOf('}', at);
        if (close < 0) return null;
        var parts = pattern[(at + 1)..close].Split(',');
        if (parts.Length > 2 || !int.TryParse(parts[0], out var least)) return null;
        var most = parts.Length == 2 && int.TryParse(parts[1], out var given) ? given : least + 1;
        if (parts.Length == 2 && parts[1].Length > 0 && !int.TryParse(parts[1], out _)) return null;
        at = close;
        return Math.Max(1, parts.Length == 1 ? least : most);
    }
}
