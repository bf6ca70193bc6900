using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>The parts of an answer that its row holds as JSON that Postgres accepts.</summary>
static class AnswerJson
{
    public static string Votes(IEnumerable<VoteRecord> votes) =>
        JsonSerializer.Serialize<IReadOnlyList<VoteRecord>>(
            [.. votes.Select(v => v with { Answer = Clean(v.Answer) })], ContractsJson.Lines);

    public static string Candidates(IEnumerable<CandidateRecord> candidates) => JsonSerializer.Serialize<IReadOnlyList<CandidateRecord>>(
        [.. candidates.Select(c => c with { Answer = Clean(c.Answer), Text = PostgresText.Clean(c.Text) })], ContractsJson.Lines);

    public static string Ends(SolutionEnds ends) => JsonSerializer.Serialize(ends, ContractsJson.Lines);

    public static string? Clean(string? text) => text is null ? null : PostgresText.Clean(text);
}
