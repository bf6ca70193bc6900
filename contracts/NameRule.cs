using System.Globalization;
using System.Text;

namespace RebaseBatch.Contracts;

/// <summary>What every name for people must keep to: of jobs, sweeps, schedules, teams and tags.</summary>
public static class NameRule
{
    /// <summary>Most characters of a name, in UTF-16 units.</summary>
    public const int Longest = 200;

    /// <summary>Why a text can't be a name; null when it can. An empty name is for the caller to judge.</summary>
    public static string? FaultOf(string name)
    {
        if (name.Length > Longest)
            return string.Create(CultureInfo.InvariantCulture, $"it has {name.Length} characters, and a name has at most {Longest}");
        for (var at = 0; at < name.Length;)
        {
            // A name with a line's end or a terminal's escape could look like another line of a table or a log.
            if (Rune.DecodeFromUtf16(name.AsSpan(at), out var rune, out var length) is not System.Buffers.OperationStatus.Done
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                var code = length == 1 ? name[at] : rune.Value;
                return string.Create(CultureInfo.InvariantCulture,
                    $"its character {at + 1} is U+{code:X4}, which can't be seen: use letters, digits and signs");
            }

            at += length;
        }

        return null;
    }
}
