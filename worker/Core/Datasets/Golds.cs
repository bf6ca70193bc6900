using System.Text.Json;
using System.Text.RegularExpressions;
using RebaseBatch.Core.Answers;

namespace RebaseBatch.Core.Datasets;

/// <summary>The right answer of a line without choices, under the names that public datasets give it.</summary>
static partial class Golds
{
    const string GoldMark = "####";

    // MATH's longest answer has under 200 characters. A text above that is a solution, whose end can't be told from its middle.
    const int LongestShortAnswer = 200;

    // Of a long result, outside its formulas: "or", "where n is an integer".
    const int MostWords = 8;

    // The first with a value counts. Names for nothing but a result come first; 'answer' may be a whole solution.
    static readonly string[] s_names =
    [
        "gold_answer",
        "final_answer", // OlympiadBench: a text or a list
        "expected_answer", // OpenMathInstruct
        "reward_model.ground_truth", // DAPO
        "ground_truth", "ground_truth_answer",
        "question.ground_truth_answer", // PRM800K's labels
        "answer", // GSM8K, MATH-500, AIME and most others
        "answer_number", // SciBench
        "target", // BBH
        "final_ans", "lSolutions", // MultiArith
        "golden", // CMATH
    ];

    /// <summary>All fields that are looked at, with their paths.</summary>
    public static IEnumerable<string> Names => [.. s_names, "solution"];

    /// <returns>Null when no field has it: the right answer is unknown.</returns>
    /// <exception cref="InvalidLineException">The field is empty or can't be read, and no other has a right answer.</exception>
    /// <param name="named">The field that the user names; null for the names of public datasets.</param>
    public static FieldText? Of(JsonElement line, string? named = null)
    {
        string? empty = null;
        foreach (var name in named is null ? s_names : [named])
        {
            if (Fields.Find(line, name) is not { } field) continue;
            if (Read(line, name, field) is not { } gold) continue;
            if (gold.Length > 0) return new(name, gold);
            empty ??= name;
        }
        if (named is null && FromSolution(line) is { } boxed) return boxed;
        return empty is null
            ? null
            : throw new InvalidLineException($"'{empty}' is empty; leave it out when the right answer is unknown");
    }

    /// <summary>The last box of a worked solution (MATH, Omni-MATH, NuminaMath); null without one.</summary>
    public static FieldText? FromSolution(JsonElement line) =>
        Fields.Find(line, "solution") is { ValueKind: JsonValueKind.String } solution
        && Boxed(Fields.Text("solution", solution)) is { } boxed
            ? new("solution", boxed)
            : null;

    /// <returns>The text behind <c>####</c> or in the last box of a solution; the text itself when it has neither.</returns>
    /// <exception cref="InvalidLineException">Nothing stands behind the mark.</exception>
    public static string Result(string name, string text)
    {
        var mark = text.LastIndexOf(GoldMark, StringComparison.Ordinal);
        if (mark < 0) return Boxed(text) ?? text;
        var result = text[(mark + GoldMark.Length)..].Trim();
        return result.Length > 0 ? result : throw new InvalidLineException($"'{name}' has no result behind '#### '");
    }

    static string? Boxed(string text) =>
        text.Contains("\\boxed", StringComparison.Ordinal) || text.Contains("\\fbox", StringComparison.Ordinal)
            ? AnswerExtractor.Extract(text)
            : null;

    static string? Read(JsonElement line, string name, JsonElement field)
    {
        switch (field.ValueKind)
        {
            case JsonValueKind.Array:
                var items = field.EnumerateArray().Select(item => Fields.TextOrNumber(name, item).Trim()).ToList();
                return items.Count == 0 ? null : string.Join(", ", items);
            case JsonValueKind.True or JsonValueKind.False when name != "gold_answer": // TheoremQA
                return field.GetBoolean() ? "True" : "False";
            case JsonValueKind.Object:
                throw new InvalidLineException($"'{name}' is an object, expected a string, a number or a list of them");
            default:
                var text = Fields.TextOrNumber(name, field).Trim();
                if (name == "gold_answer") return text;
                var result = Result(name, text);
                return name == "answer" ? Short(line, result) : result;
        }
    }

    static string Short(JsonElement line, string result)
    {
        if (Fields.Find(line, "body") is { ValueKind: JsonValueKind.String } && NumberWithUnit().Match(result) is { Success: true } match)
            return match.Groups[1].Value;
        // Beside 'problem' the answer is a result by MATH's convention, however long.
        if (Fields.Has(line, "problem")) return result;
        // College math has lists of angles and sets of intervals, which are longer than many a solution and have no words.
        if (!result.Contains('\n', StringComparison.Ordinal)
            && (result.Length <= LongestShortAnswer || Word().Count(Formula().Replace(result, " ")) <= MostWords))
            return result;
        throw new InvalidLineException(
            $"'answer' has no '#### ' and no \\boxed{{}} before its result, and is too long for a result; a text on one line of at most "
            + $"{LongestShortAnswer} characters is one, and a longer one belongs in 'gold_answer'");
    }

    [GeneratedRegex(@"\$[^$]*\$|\\[A-Za-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Formula();

    [GeneratedRegex(@"\p{L}{3,}", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    /// <summary>ASDiv's <c>7 (apples)</c>: the bracket has the unit, which solutions don't repeat in this form.</summary>
    [GeneratedRegex(@"^([-+]?[0-9][0-9.,/:]*)\s*\([^()]*\)$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberWithUnit();
}
