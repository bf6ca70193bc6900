using System.Text.Json;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Tables;

namespace RebaseBatch.Commands.Results;

/// <summary>Writes a job's answers; in JSON one line for each, exactly as in answers.jsonl.</summary>
static class AnswersWriter
{
    public static async Task WriteAsync(
        TextWriter output, OutputFormat format, IAsyncEnumerable<AnswerRecord> answers, CancellationToken ct)
    {
        if (format is OutputFormat.Json)
        {
            await foreach (var answer in answers.WithCancellation(ct))
                output.WriteLine(JsonSerializer.Serialize(answer, ContractsJson.Lines));
            return;
        }
        var rows = new List<Row>();
        await foreach (var answer in answers.WithCancellation(ct))
        {
            rows.Add(new(
                answer.CustomId, answer.BatchNo, answer.Answer, answer.GoldAnswer, answer.Correct, answer.Candidates.Count, answer.Error));
        }

        Listing.Write(output, format, rows, s_columns);
    }

    static readonly Column<Row>[] s_columns =
    [
        new("custom_id", row => row.CustomId, Rank: Rank.Key),
        new("batch_no", row => row.BatchNo),
        new("answer", row => row.Answer, Rank: 1, Least: 8),
        new("gold_answer", row => row.GoldAnswer, Rank: 2, Least: 8),
        new("correct", row => row.Correct, row => row.Correct switch { true => "yes", false => "no", null => "" }, Rank: Rank.Verdict),
        new("candidates", row => row.Candidates, Rank: 4),
        new("error", row => row.Error, Rank: 3, Least: 16),
    ];

    // Without the candidates' texts: those of a big job would fill the memory.
    sealed record Row(string CustomId, int BatchNo, string? Answer, string? GoldAnswer, bool? Correct, int Candidates, string? Error);
}
