using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Datasets;

/// <summary>The choices of a line. They go into the question, and the letter and text of the right one are its gold: (B) 12.</summary>
/// <param name="source">Name of the field that has them, for sentences.</param>
/// <param name="labels">The names that the file gives them, such as A or 1.</param>
/// <param name="texts">What they say, without a letter of their own.</param>
/// <param name="areNumbers">Whether the file has them as numbers; then a number names the right one by its value.</param>
sealed partial class Choices(string source, IReadOnlyList<string> labels, IReadOnlyList<string> texts, bool areNumbers)
{
    // The first with a value counts.
    static readonly string[] s_right =
    [
        "gold_answer", "answerKey", "answer_key", "correct_option", "correct_answer", "correct", // ARC, CommonsenseQA, AQuA
        "Correct Answer", // GPQA
        "answer", "label", "target", // MMLU, AGIEval's gaokao, MMLU by letters
        "answer_index", "answer_idx", "ground_truth", "expected_answer", "final_answer", "reward_model.ground_truth",
    ];

    /// <summary>All fields that name the right one, with their paths.</summary>
    public static IEnumerable<string> Names => s_right;

    /// <returns>Null when the line has no choices.</returns>
    /// <exception cref="InvalidLineException">One of them can't be stored as text.</exception>
    public static Choices? Of(JsonElement line) => ChoiceFields.Of(line);

    /// <summary>Names of the fields that have them.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [source];

    /// <returns>The question with a line for each choice; the question itself when it has them already.</returns>
    public string AppendTo(string question) =>
        OwnLetter().IsMatch(question) && texts.All(text => question.Contains(text, StringComparison.Ordinal))
            ? question
            : question.TrimEnd() + "\n" + string.Join('\n', texts.Select((_, index) => Shown(index)));

    /// <returns>Letter and text of the right choice; null when the line names none.</returns>
    /// <exception cref="InvalidLineException">What it names is no choice.</exception>
    /// <param name="named">The field that the user names; null for the names of public datasets.</param>
    public FieldText? Right(JsonElement line, string? named = null)
    {
        foreach (var name in named is null ? s_right : [named])
        {
            if (Datasets.Fields.Find(line, name) is not { ValueKind: JsonValueKind.String or JsonValueKind.Number } field) continue;
            var value = Datasets.Fields.TextOrNumber(name, field).Trim();
            // Test sets whose answers are kept secret have "" or -1 here.
            if (value is "" or "-1") continue;
            var index = IndexOf(value, field.ValueKind == JsonValueKind.Number);
            if (index < 0) index = IndexOf(Golds.Result(name, value), isNumber: false);
            return index >= 0 ? new(name, Shown(index)) : throw NoChoice(name, value);
        }
        if (named is not null || Golds.FromSolution(line) is not { } boxed) return null;
        return IndexOf(boxed.Text, isNumber: false) is >= 0 and var at
            ? boxed with { Text = Shown(at) }
            : throw NoChoice(boxed.Field, boxed.Text);
    }

    InvalidLineException NoChoice(string name, string value) => new(
        $"'{name}' is '{(value.Length > 40 ? value[..40] + "…" : value)}', which is none of the {texts.Count} choices in '{source}'; "
        + "name the right one by its letter, its text or its place from 0");

    string Shown(int index) => $"({(char)('A' + index)}) {texts[index]}";

    int IndexOf(string value, bool isNumber)
    {
        if (isNumber && areNumbers) return Find(texts, value);
        var bare = value.Trim(' ', '(', ')', '.', ':', '$');
        if (Find(labels, bare) is >= 0 and var label) return label;
        if (!isNumber && Find(texts, value) is >= 0 and var text) return text;
        if (bare is [>= 'A' and <= 'Z' or >= 'a' and <= 'z'] && char.ToUpperInvariant(bare[0]) - 'A' is var letter && letter < texts.Count)
            return letter;
        if (LetterAndText().Match(value) is { Success: true } both && Find(texts, both.Groups[2].Value) is >= 0 and var written)
            return written;
        return int.TryParse(bare, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < texts.Count ? place : -1;
    }

    static int Find(IReadOnlyList<string> list, string value)
    {
        for (var i = 0; i < list.Count; i++)
            if (list[i].Equals(value, StringComparison.Ordinal)) return i;
        return -1;
    }

    [GeneratedRegex(@"(?:^|[\s(])A\s?[).:]", RegexOptions.CultureInvariant)]
    private static partial Regex OwnLetter();

    [GeneratedRegex(@"^\(?([A-Za-z])\s?[).:]\s*(.+)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    internal static partial Regex LetterAndText();
}
