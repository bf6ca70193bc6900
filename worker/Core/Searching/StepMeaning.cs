using System.Text;
using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Searching;

/// <summary>
/// What a step says, as text: steps with the same text count as one direction of DORA. Stored searches depend on this function: never
/// change what it returns.
/// </summary>
static class StepMeaning
{
    /// <returns>
    /// For <see cref="DirectionKey.Step"/> the words and signs in lower case, with one space between, without punctuation at the end. For
    /// <see cref="DirectionKey.Equations"/> the equations without spaces, in order; in a step without equations its numbers; in a step
    /// without numbers the same as for <see cref="DirectionKey.Step"/>.
    /// </returns>
    public static string Of(string step, DirectionKey key) =>
        key is DirectionKey.Equations && Equations(step) is { Length: > 0 } equations ? equations : Words(step);

    static string Words(string step)
    {
        var text = new StringBuilder(step.Length);
        foreach (var c in step)
        {
            if (!char.IsWhiteSpace(c)) text.Append(char.ToLowerInvariant(c));
            else if (text.Length > 0 && text[^1] != ' ') text.Append(' ');
        }
        return text.ToString().TrimEnd('.', ',', ';', ':', '!', ' ');
    }

    static string Equations(string step)
    {
        var (equations, numbers, run) = (new List<string>(), new List<string>(), new StringBuilder());
        foreach (var c in step.Replace(@"\times", "*", StringComparison.Ordinal).Replace(@"\cdot", "*", StringComparison.Ordinal))
        {
            switch (c)
            {
                case '×' or '·': run.Append('*'); break;
                case '÷': run.Append('/'); break;
                case '−': run.Append('-'); break;
                case >= '0' and <= '9' or '+' or '-' or '*' or '/' or '^' or '=' or '.' or ',' or '(' or ')' or '%': run.Append(c); break;
                case ' ' or '$' or '\\' or '[' or ']': break;
                default: End(); break;
            }
        }
        End();
        return string.Join(' ', equations.Count > 0 ? equations : numbers);

        void End()
        {
            // A sentence's own marks are no part of an equation at its end or its beginning.
            var text = run.ToString().Trim('.', ',', '=', '-');
            run.Clear();
            if (!text.AsSpan().ContainsAnyInRange('0', '9')) return;
            (text.Contains('=', StringComparison.Ordinal) ? equations : numbers).Add(text);
        }
    }
}
