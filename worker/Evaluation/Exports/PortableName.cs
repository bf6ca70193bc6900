using System.Text;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>Names of datasets and models as parts of file names: whatever a name says, it stays one part in one folder.</summary>
static class PortableName
{
    const int MostLetters = 80;

    /// <returns>Letters of English, digits, points, hyphens and underscores, at most 80, never hidden and never empty.</returns>
    public static string Of(string name)
    {
        var letters = new StringBuilder();
        foreach (var letter in name)
        {
            if (letters.Length == MostLetters) break;
            letters.Append(char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_');
        }
        // Windows takes off points at an end, and some names are those of devices there; a point in front hides a file on Unix.
        var part = letters.ToString().Trim('.');
        return part.Length == 0 ? "unnamed" : part;
    }
}
