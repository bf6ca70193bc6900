using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>A form in which solutions state their answers.</summary>
/// <param name="Source">Who writes or reads this form.</param>
/// <param name="Rank">How sure the form is: a lower rank is surer.</param>
/// <param name="Marker">The text that announces the answer. It runs without backtracking: linear in the text's length.</param>
/// <param name="Take">The form's end rule.</param>
sealed record AnswerForm(string Source, FormRank Rank, Regex Marker, AnswerForm.EndRule Take)
{
    /// <param name="text">The text that is searched.</param>
    /// <param name="start">Where the marker starts.</param>
    /// <param name="end">Where the marker ends: the answer follows.</param>
    /// <returns>The answer as written; empty when the marker announces none.</returns>
    internal delegate string EndRule(ReadOnlySpan<char> text, int start, int end);
}
