using System.Globalization;
using System.Text.Json;
using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>Makes a problem from one line's JSON, whatever names its fields have.</summary>
static class ProblemLine
{
    const int LongestId = 256; // ids are keys of database indexes
    const int LongestOpenAiId = 64; // the limit of the OpenAI Batch API: such a file must be valid there too
    const string LevelField = "level", LevelMark = "Level ";

    // What makes a line a request. It says nothing to a model.
    static readonly string[] s_openAiForm = ["method", "url"];

    /// <exception cref="InvalidLineException">The line can't be read as a problem.</exception>
    /// <param name="named">The fields that the user names; by default none.</param>
    public static LineReading Read(JsonElement line, string defaultId, DatasetFields? named = null)
    {
        named ??= new();
        if (line.ValueKind != JsonValueKind.Object) throw new InvalidLineException("not a JSON object");
        // Not by 'url' or 'method', nor by a text in 'body': AIME has the address of its source, ASDiv the story before the question.
        var openAi = named.Question is null && Fields.Find(line, "body") is { ValueKind: JsonValueKind.Object };

        var customId = Id(line, named.Id ?? "custom_id", openAi ? LongestOpenAiId : LongestId);
        if (customId is null && named.Id is { } missing) throw new InvalidLineException($"'{missing}' is missing, which is to have the id");
        if (customId is null && openAi) throw new InvalidLineException("'custom_id' is missing, which an OpenAI batch line must have");
        var questionId = Id(line, "question_id", LongestId) ?? Id(line, "unique_id", LongestId);
        var levelField = named.Level ?? LevelField;
        var level = Level(line, levelField);
        var family = Families.Of(line);

        var (fields, ignored) = (new List<string>(), new List<string>());
        var choices = openAi ? null : Choices.Of(line);
        string question;
        if (openAi)
        {
            question = OpenAiLine.Question(line, ignored);
            fields.Add(OpenAiLine.Field);
        }
        else
        {
            question = Questions.Of(line, named.Question, fields, ignored);
        }
        var gold = choices is null ? Golds.Of(line, named.Answer) : choices.Right(line, named.Answer);

        var taken = Taken(line, (FieldRole.Question, fields), (FieldRole.Choices, choices?.Fields ?? []), (FieldRole.Gold, Names(gold)),
            (FieldRole.Id, Names(customId)), (FieldRole.QuestionId, Names(questionId)),
            (FieldRole.Level, level is null ? [] : [levelField]), (FieldRole.Family, Names(family)));
        if (level is null && Fields.Find(line, levelField) is not null) ignored.Add("levels that are no whole number");
        var id = customId?.Text ?? defaultId;
        var problem = new ProblemSpec(
            id, questionId?.Text ?? id, choices?.AppendTo(question) ?? question, gold?.Text, level, Tolerances.Of(line),
            family?.Text);
        return new(problem, taken, ignored, Unused(line, taken, openAi ? s_openAiForm : []));
    }

    static IReadOnlyList<string> Names(FieldText? found) => found is { } field ? [field.Field] : [];

    static List<(FieldRole, string)> Taken(JsonElement line, params ReadOnlySpan<(FieldRole Role, IReadOnlyList<string> Names)> roles)
    {
        var taken = new List<(FieldRole, string)>();
        foreach (var (role, names) in roles)
            foreach (var name in names) taken.Add((role, Fields.NameOf(line, name)));
        return taken;
    }

    static List<string> Unused(JsonElement line, List<(FieldRole Role, string Name)> taken, string[] form)
    {
        var unused = new List<string>();
        foreach (var property in line.EnumerateObject())
        {
            var name = property.Name;
            if (property.Value.ValueKind == JsonValueKind.Null || form.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            if (!taken.Exists(field => field.Name == name || field.Name.StartsWith($"{name}.", StringComparison.Ordinal))) unused.Add(name);
        }
        return unused;
    }

    /// <summary>
    /// A whole number from 0, also as text, as <c>5.0</c> or as MATH's <c>Level 3</c>. Anything else counts as no level, and not as a
    /// fault: MATH has a <c>Level ?</c>, others have words, and no result depends on it.
    /// </summary>
    static short? Level(JsonElement line, string name)
    {
        if (Fields.Find(line, name) is not { ValueKind: JsonValueKind.Number or JsonValueKind.String } field) return null;
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

    static FieldText? Id(JsonElement line, string name, int longest)
    {
        if (Fields.Find(line, name) is not { } field) return null;
        var id = Fields.TextOrNumber(name, field);
        if (string.IsNullOrWhiteSpace(id)) throw new InvalidLineException($"'{name}' is empty");
        if (id.Length > longest) throw new InvalidLineException($"'{name}' has {id.Length} characters, at most {longest} are allowed");
        return new(name, id);
    }
}
