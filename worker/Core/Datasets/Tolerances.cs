using System.Text.Json;
using RebaseBatch.Core.Answers;

namespace RebaseBatch.Core.Datasets;

/// <summary>How far an answer may be from the right one, as a line states it: <c>tolerance</c>, or OlympiadBench's <c>error</c>.</summary>
static class Tolerances
{
    /// <returns>Null when the line states none.</returns>
    /// <exception cref="InvalidLineException">The tolerance can't be read.</exception>
    public static string? Of(JsonElement line)
    {
        if (Fields.Find(line, "tolerance") is { } own)
            return Read("tolerance", own) ?? throw new InvalidLineException(
                "'tolerance' has something else than a number from 0 on, or one for each item of the right answer");
        // A common word: it means a tolerance only beside OlympiadBench's name for the right answer, and only as numbers.
        return Fields.Find(line, "error") is { } error && Fields.Has(line, "final_answer") ? Read("error", error) : null;
    }

    /// <returns>Null for anything but numbers.</returns>
    static string? Read(string name, JsonElement field) => field.ValueKind switch
    {
        JsonValueKind.Number => Tolerance.Normal(field.GetRawText()),
        JsonValueKind.String => Tolerance.Normal(Fields.Text(name, field)),
        JsonValueKind.Array when field.EnumerateArray().All(
            item => item.ValueKind is JsonValueKind.Number or JsonValueKind.String or JsonValueKind.Null) =>
            Tolerance.Normal(string.Join(',', field.EnumerateArray()
                .Select(item => item.ValueKind is JsonValueKind.Null ? "" : Fields.TextOrNumber(name, item)))),
        _ => null,
    };
}
