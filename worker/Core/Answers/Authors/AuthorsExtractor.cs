namespace RebaseBatch.Core.Answers.Authors;

/// <summary>
/// The authors' extraction (math_evaluate.py, extract_shepherd_answer): the first match of <c>The answer is:(.+) ки</c> in question and
/// solution, without its commas; if nothing matches, "[invalid]", which counts as an answer like any other.
/// <para>
/// For a policy that writes no tags nothing would ever match. Its answer is what their code would find if each line ended with the tag: the
/// text up to the end of the first line that has text after <c>The answer is:</c>.
/// </para>
/// </summary>
static class AuthorsExtractor
{
    public const string Invalid = "[invalid]";

    const string Marker = "The answer is:";
    const string Tag = "ки";
    const string SpacedTag = " " + Tag;

    public static string Extract(string question, string solution)
    {
        var isTagged = solution.Contains(Tag, StringComparison.Ordinal);
        var all = (question + solution).AsSpan();
        foreach (var line in all.Split('\n'))
        {
            // Only the first marker of a line can match: the text after a later marker also stands after the first.
            var text = all[line];
            var at = text.IndexOf(Marker, StringComparison.Ordinal);
            if (at < 0) continue;
            var rest = text[(at + Marker.Length)..];
            var end = isTagged ? rest.LastIndexOf(SpacedTag, StringComparison.Ordinal) : rest.IsWhiteSpace() ? 0 : rest.Length;
            if (end > 0) return rest[..end].Trim().ToString().Replace(",", "", StringComparison.Ordinal);
        }
        return Invalid;
    }
}
