using System.Globalization;
using System.Text.Json;
using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>Makes a problem from one line's JSON, whatever names its fields have.</summary>
static class ProblemLine
{
    const int LongestId = 256; // ids are keys of database indexes
    const int LongestOpenAiId = 64; // the limit of the OpenAI Batch API: such a file must be valid there too
    const string LevelMark = "Level ";

    /// <exception cref="InvalidLineException">The line can't be read as a problem.</exception>
    public static ProblemSpec Read(JsonElement line, string defaultId)
    {
        if (line.ValueKind != JsonValueKind.Object) throw new InvalidLineException("not a JSON object");
        // Not by 'url' or 'method', nor by a text in 'body': AIME has the address of its source, ASDiv the story before the question.
        var openAi = Fields.Find(line, "body") is { ValueKind: JsonValueKind.Object };

        var customId = Id(line, "custom_id", openAi ? LongestOpenAiId : LongestId);
        if (customId is null && openAi) throw new InvalidLineException("'custom_id' is missing, which an OpenAI batch line must have");
        customId ??= defaultId;
        var questionId = Id(line, "question_id", LongestId) ?? Id(line, "unique_id", LongestId) ?? customId;

        var level = Level(line);
        if (openAi) return new(customId, questionId, OpenAiLine.Question(line), Golds.Of(line), level);
        var question = Questions.Of(line);
        return Choices.Of(line) is { } choices
            ? new(customId, questionId, choices.AppendTo(question), choices.Right(line), level)
            : new(customId, questionId, question, Golds.Of(line), level);
    }

    /// <summary>
    /// A whole number from 0, also as text, as <c>5.0</c> or as MATH's <c>Level 3</c>. Anything else counts as no level, and not as a
    /// fault: MATH has a <c>Level ?</c>, others have words, and no result depends on it.
    /// </summary>
    static short? Level(JsonElement line)
    {
        if (Fields.Find(line, "level") is not { ValueKind: JsonValueKind.Number or JsonValueKind.String } field) return null;
        // Not read as text: half of a surrogate pair would be a fault there.
        var raw = field.GetRawText().AsSpan();
        if (field.ValueKind is JsonValueKind.String)
        {
            raw = raw[1..^1].Trim();
            if (raw.StartsWith(LevelMark, StringComparison.OrdinalIgnoreCase)) raw = raw[LevelMark.Length..];
        }

        return decimal.TryParse(raw, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var level)
            && level == decimal.Truncate(level) && level <= short.MaxValue ? (short)level : null;
    }

    static string? Id(JsonElement line, string name, int longest)
    {
        if (Fields.Find(line, name) is not { } field) return null;
        var id = Fields.TextOrNumber(name, field);
        if (string.IsNullOrWhiteSpace(id)) throw new InvalidLineException($"'{name}' is empty");
        if (id.Length > longest) throw new InvalidLineException($"'{name}' has {id.Length} characters, at most {longest} are allowed");
        return id;
    }
}
