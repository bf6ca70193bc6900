using System.Globalization;
using System.Text.Json;
using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>Makes a problem from one line's JSON, in any of the shapes.</summary>
static class ProblemLine
{
    const int LongestId = 256; // ids are keys of database indexes
    const int LongestOpenAiId = 64; // the limit of the OpenAI Batch API: such a file must be valid there too
    const string GoldMark = "####", LevelMark = "Level ";

    /// <exception cref="InvalidLineException">The line can't be read as a problem.</exception>
    public static ProblemSpec Read(JsonElement line, string defaultId)
    {
        if (line.ValueKind != JsonValueKind.Object) throw new InvalidLineException("not a JSON object");
        var openAi = Has(line, "body") || Has(line, "method") || Has(line, "url");
        if (!openAi && Has(line, "problem") && Has(line, "question"))
            throw new InvalidLineException("has both 'problem' and 'question', so its question is ambiguous");

        var customId = Id(line, "custom_id", openAi ? LongestOpenAiId : LongestId);
        if (customId is null && openAi) throw new InvalidLineException("'custom_id' is missing, which an OpenAI batch line must have");
        customId ??= defaultId;
        var questionId = Id(line, "question_id", LongestId) ?? Id(line, "unique_id", LongestId) ?? customId;

        var level = Level(line);
        if (openAi) return new(customId, questionId, OpenAiLine.Question(line), Gold(line, "gold_answer"), level);
        if (Has(line, "problem"))
            return new(customId, questionId, Question(line, "problem"), Gold(line, "answer") ?? Gold(line, "gold_answer"), level);
        if (!Has(line, "question")) throw new InvalidLineException("has no question: expected 'question', 'problem' or 'body.messages'");
        var gold = Has(line, "gold_answer") || !Has(line, "answer") ? Gold(line, "gold_answer") : Gsm8kGold(line);
        return new(customId, questionId, Question(line, "question"), gold, level);
    }

    /// <summary>
    /// A whole number from 0, or MATH's <c>Level 3</c>. Anything else counts as no level, and not as a fault: MATH has a <c>Level ?</c>,
    /// others have words, and no result depends on it.
    /// </summary>
    static short? Level(JsonElement line)
    {
        if (!line.TryGetProperty("level", out var field) || field.ValueKind is not (JsonValueKind.Number or JsonValueKind.String))
            return null;
        // Not read as text: half of a surrogate pair would be a fault there.
        var raw = field.GetRawText().AsSpan();
        if (field.ValueKind is JsonValueKind.String)
        {
            raw = raw[1..^1];
            if (!raw.StartsWith(LevelMark, StringComparison.OrdinalIgnoreCase)) return null;
            raw = raw[LevelMark.Length..];
        }

        return short.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out var level) ? level : null;
    }

    static bool Has(JsonElement line, string name) => line.TryGetProperty(name, out _);

    static string Question(JsonElement line, string name) =>
        Fields.Text(line, name) is { } question && !string.IsNullOrWhiteSpace(question)
            ? question
            : throw new InvalidLineException($"'{name}' is empty");

    static string? Id(JsonElement line, string name, int longest)
    {
        if (Fields.Text(line, name) is not { } id) return null;
        if (string.IsNullOrWhiteSpace(id)) throw new InvalidLineException($"'{name}' is empty");
        if (id.Length > longest) throw new InvalidLineException($"'{name}' has {id.Length} characters, at most {longest} are allowed");
        return id;
    }

    /// <summary>Null when absent: the right answer is unknown. An empty one is a mistake in the file.</summary>
    static string? Gold(JsonElement line, string name)
    {
        if (Fields.Text(line, name) is not { } gold) return null;
        return gold.Trim() is { Length: > 0 } text
            ? text
            : throw new InvalidLineException($"'{name}' is empty; leave it out when the right answer is unknown");
    }

    static string? Gsm8kGold(JsonElement line)
    {
        if (Gold(line, "answer") is not { } solution) return null;
        var mark = solution.LastIndexOf(GoldMark, StringComparison.Ordinal);
        if (mark < 0) throw new InvalidLineException("'answer' has no '#### ' before its result; a short answer belongs in 'gold_answer'");
        var result = solution[(mark + GoldMark.Length)..].Trim();
        return result.Length > 0 ? result : throw new InvalidLineException("'answer' has no result behind '#### '");
    }
}
