using System.Text.Json;
using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Datasets;

/// <summary>Finds the choices of a line in the forms that public datasets give them.</summary>
static partial class ChoiceFields
{
    const int MostChoices = 26; // a letter for each
    static readonly string[] s_lists = ["options", "choices", "question.choices"];
    static readonly string[] s_letters = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
    static readonly string[] s_gpqa = ["Correct Answer", "Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3"];
    static readonly string[] s_labelNames = ["label", "key"];
    static readonly string[] s_textNames = ["text", "value", "content"];

    /// <summary>All fields that are looked at, with their paths.</summary>
    public static IEnumerable<string> Names => [.. s_lists, .. s_letters, .. s_gpqa];

    /// <inheritdoc cref="Choices.Of"/>
    public static Choices? Of(JsonElement line)
    {
        foreach (var name in s_lists)
        {
            var choices = Fields.Find(line, name) switch
            {
                { ValueKind: JsonValueKind.Array } list => FromList(name, list),
                { ValueKind: JsonValueKind.Object } columns => FromObject(name, columns),
                { ValueKind: JsonValueKind.String } text => FromText(name, Fields.Text(name, text)),
                _ => null,
            };
            if (choices is not null) return choices;
        }
        return FromLetters("A", line, s_letters) ?? FromGpqa(line);
    }

    /// <summary>All in one text: MathQA's <c>a ) 38 , b ) 27.675</c> and AGIEval's <c>A) 1 B) 2</c>.</summary>
    static Choices? FromText(string name, string text)
    {
        // Each letter once, in their order: another one in brackets is a part of a choice.
        var starts = new List<Match>();
        foreach (Match mark in LetterMark().Matches(text))
            if (char.ToUpperInvariant(mark.Groups[1].Value[0]) == 'A' + starts.Count) starts.Add(mark);
        if (starts.Count == 0 || text[..starts[0].Index].Trim().Length > 0) return null;
        var ends = starts.Skip(1).Select(mark => mark.Index).Append(text.Length);
        var texts = starts.Zip(ends, (mark, end) => text[(mark.Index + mark.Length)..end].Trim().TrimEnd(',', ';').Trim()).ToList();
        return texts.Contains("") ? null : Make(name, [], texts, false);
    }

    static Choices? FromList(string name, JsonElement list)
    {
        var items = list.EnumerateArray().ToList();
        if (items.Count > 0 && items.All(item => item.ValueKind == JsonValueKind.Object)) return FromPairs(name, items);
        if (!items.All(IsText)) return null;
        var texts = items.ConvertAll(item => Fields.TextOrNumber(name, item).Trim());
        return Make(name, [], texts, items.TrueForAll(item => item.ValueKind == JsonValueKind.Number));
    }

    /// <summary>ARC as first published: a list of objects with label and text.</summary>
    static Choices? FromPairs(string name, List<JsonElement> items)
    {
        var labels = items.ConvertAll(item => First(name, item, s_labelNames));
        var texts = items.ConvertAll(item => First(name, item, s_textNames));
        return labels.Contains(null) || texts.Contains(null) ? null : Make(name, labels!, texts!, false);
    }

    /// <summary>ARC and CommonsenseQA have two lists, <c>text</c> and <c>label</c>; others have a text for each letter.</summary>
    static Choices? FromObject(string name, JsonElement columns)
    {
        if (Fields.Find(columns, "text") is not { ValueKind: JsonValueKind.Array } texts) return FromLetters(name, columns, [name]);
        var labels = Fields.Find(columns, "label") is { ValueKind: JsonValueKind.Array } found ? Strings(name, found) : [];
        return Strings(name, texts) is { } all && labels is not null ? Make(name, labels, all, false) : null;
    }

    static Choices? FromLetters(string name, JsonElement line, string[] fields)
    {
        // By exact name: a field 'a' may be anything.
        var texts = s_letters.TakeWhile(letter => line.TryGetProperty(letter, out var field) && IsText(field))
            .Select(letter => Fields.TextOrNumber(letter, line.GetProperty(letter)).Trim()).ToList();
        return Make(name, s_letters.Take(texts.Count).ToList(), texts, false, fields[..Math.Min(fields.Length, texts.Count)]);
    }

    /// <summary>
    /// GPQA names the right answer and the wrong ones and has no order. The order by text is the same in every run, and it does not show
    /// which one is right.
    /// </summary>
    static Choices? FromGpqa(JsonElement line)
    {
        if (Fields.Find(line, s_gpqa[0]) is null) return null;
        string[] found = [.. s_gpqa.Where(name => Fields.Find(line, name) is { } field && IsText(field))];
        var texts = found.Select(name => Fields.TextOrNumber(name, Fields.Find(line, name)!.Value).Trim()).Order(StringComparer.Ordinal)
            .ToList();
        return Make(s_gpqa[0], [], texts, false, found);
    }

    static Choices? Make(string name, List<string> labels, List<string> texts, bool areNumbers, string[]? fields = null)
    {
        if (texts.Count is < 2 or > MostChoices || (labels.Count > 0 && labels.Count != texts.Count)) return null;
        var matches = texts.ConvertAll(text => Choices.LetterAndText().Match(text));
        var lettered = matches.Select((match, index) => match.Success && char.ToUpperInvariant(match.Groups[1].Value[0]) == 'A' + index);
        if (lettered.All(hasOwn => hasOwn)) texts = matches.ConvertAll(match => match.Groups[2].Value.Trim());
        return new(name, labels, texts, areNumbers) { Fields = fields ?? [name] };
    }

    [GeneratedRegex(@"(?:^|(?<=[\s,;]))\(?([A-Za-z])\s?[).:]\s", RegexOptions.CultureInvariant)]
    private static partial Regex LetterMark();

    static bool IsText(JsonElement field) => field.ValueKind is JsonValueKind.String or JsonValueKind.Number;

    static string? First(string name, JsonElement item, string[] names) =>
        names.Select(each => Fields.Find(item, each)).FirstOrDefault(field => field is { } found && IsText(found)) is { } text
            ? Fields.TextOrNumber(name, text).Trim()
            : null;

    static List<string>? Strings(string name, JsonElement list)
    {
        var items = list.EnumerateArray().ToList();
        return items.TrueForAll(IsText) ? items.ConvertAll(item => Fields.TextOrNumber(name, item).Trim()) : null;
    }
}
