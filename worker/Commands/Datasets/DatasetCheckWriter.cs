using System.Text.Json;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Datasets;
using Spectre.Console;

namespace RebaseBatch.Commands.Datasets;

/// <summary>Writes a <see cref="DatasetCheck"/> to stdout: sentences and examples for people, or one JSON object.</summary>
static class DatasetCheckWriter
{
    const int ShownRepeats = 5;

    public static void Write(TextWriter output, OutputFormat format, DatasetCheck check)
    {
        if (format == OutputFormat.Json) Listing.WriteJson(output, json => WriteJson(json, check));
        else WriteText(output, check);
    }

    static void WriteText(TextWriter output, DatasetCheck check)
    {
        var console = Consoles.ForData(output);
        foreach (var sentence in SummaryText.Of(check.Dataset.Summary)) console.WriteLine(sentence);
        if (SummaryText.Unused(check.Dataset.Summary) is { Length: > 0 } unused) console.WriteLine($"not used: {unused}");
        if (check.Repeated.Count > 0)
        {
            var shown = string.Join(", ",
                check.Repeated.Take(ShownRepeats).Select(repeat => $"line {repeat.Line} that of line {repeat.First}"));
            var more = check.Repeated.Count > ShownRepeats ? $" and {check.Repeated.Count - ShownRepeats} more" : "";
            console.WriteLine($"repeated questions: {shown}{more}");
        }
        foreach (var example in check.Examples)
        {
            console.WriteLine();
            Listing.WriteOne(output, OutputFormat.Table, example, Columns);
        }
    }

    static IReadOnlyList<Column<DatasetExample>> Columns { get; } =
    [
        new("line", example => example.Line),
        new("id", example => example.Id),
        new("level", example => (int?)example.Level),
        new("question", example => example.Question),
        new("gold_answer", example => example.Gold, Title: "right answer"),
        new("read_as", example => example.ReadAs),
    ];

    static void WriteJson(Utf8JsonWriter json, DatasetCheck check)
    {
        var summary = check.Dataset.Summary;
        json.WriteStartObject();
        Listing.WriteProperties(json, check,
        [
            new("file", found => found.File),
            new("problems", _ => summary.Problems),
            new("with_gold", _ => summary.WithGold),
            new("first_without_gold", _ => summary.FirstWithoutGold),
        ]);
        Array(json, "levels", summary.Levels, new("level", level => (int)level.Level), new("problems", level => level.Problems));
        Array(json, "fields", summary.Taken, new("role", field => Name(field.Role)), new("name", field => field.Name),
            new("lines", field => field.Lines));
        Array(json, "ignored", summary.Ignored, new("name", part => part.Name), new("lines", part => part.Lines));
        Array(json, "not_used", summary.Unused, new("name", part => part.Name), new("lines", part => part.Lines));
        Array(json, "repeated_questions", check.Repeated, new("line", repeat => repeat.Line), new("first_line", repeat => repeat.First));
        Array(json, "invalid_lines", check.Dataset.InvalidLines, new("line", line => line.Line), new("reason", line => line.Reason));
        Array(json, "examples", check.Examples, [.. Columns]);
        json.WriteEndObject();
    }

    static string Name(FieldRole role) => role switch
    {
        FieldRole.QuestionId => "question_id",
        _ => $"{role}".ToLowerInvariant(),
    };

    static void Array<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> rows, params IReadOnlyList<Column<T>> columns)
    {
        json.WriteStartArray(name);
        foreach (var row in rows) Listing.WriteObject(json, row, columns);
        json.WriteEndArray();
    }
}
