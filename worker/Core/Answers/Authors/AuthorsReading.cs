using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Authors;

/// <summary>
/// How the authors' grader reads an answer (evaluate_utils/grader.py, grade_answer: the grader of openai/prm800k, in which the authors
/// commented out the call of sympy). Two answers are equal when either of two normal forms is, or when their elements are the same
/// fractions.
/// </summary>
/// <param name="Hendrycks">Normal form of Hendrycks' MATH.</param>
/// <param name="Prm">Normal form of prm800k.</param>
/// <param name="Elements">Elements of a tuple or interval; for any other answer the answer alone; none for an empty one.</param>
sealed partial record AuthorsReading(string Hendrycks, string Prm, IReadOnlyList<string> Elements)
{
    const string Brackets = "()[]";

    public static AuthorsReading Of(string answer)
    {
        var prm = PrmForm.Of(answer);
        return new(HendrycksForm.Of(answer), prm, Split(PythonNumber.WithoutGroupCommas(prm)));
    }

    /// <summary>Whether their grader finds this answer equal to <paramref name="gold"/>. Neither symmetric nor transitive.</summary>
    public bool IsEqualTo(AuthorsReading gold)
    {
        if (Hendrycks == gold.Hendrycks || Prm == gold.Prm) return true;
        if (Prm.Length == 0 || Elements.Count != gold.Elements.Count) return false;
        if (gold.Elements.Count > 1 && (gold.Prm[0] != Prm[0] || gold.Prm[^1] != Prm[^1])) return false;
        // Two fractions are equal when they are written the same. Their grader leaves all other cases to sympy, and without sympy they
        // count as wrong.
        return gold.Elements.Zip(Elements).All(pair => pair.First == pair.Second && Fraction().IsMatch(pair.First));
    }

    static IReadOnlyList<string> Split(string text)
    {
        if (text.Length == 0) return [];
        var isTuple = text.Length > 2 && Brackets.Contains(text[0]) && Brackets.Contains(text[^1])
            && !text.AsSpan(1, text.Length - 2).ContainsAny(Brackets);
        return isTuple ? [.. text[1..^1].Split(',').Select(element => element.Trim())] : [text];
    }

    [GeneratedRegex("^-?[0-9]+.?/0*[1-9][0-9]*.?$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();
}
