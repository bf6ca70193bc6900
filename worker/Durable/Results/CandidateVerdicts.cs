using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// Grades single solutions by their jobs' rules. The database has verdicts on votes only, and a vote's answer is one of many solutions'.
/// </summary>
sealed class CandidateVerdicts(IReadOnlyDictionary<long, IAnswerRules> rules)
{
    /// <param name="specs"><c>jobs.spec</c> by job. Solutions of a job whose settings this version can't read get no verdict.</param>
    public static CandidateVerdicts Of(IEnumerable<(long JobId, string Spec)> specs) => new(specs
        .Select(job => (job.JobId, StoredSpec.Read(job.Spec).Spec))
        .Where(job => job.Spec is not null)
        .ToDictionary(job => job.JobId, job => AnswerRules.Of(job.Spec!)));

    /// <summary>For rows of <c>v_candidates</c>.</summary>
    public AddedColumn Column => new(
        "correct",
        "Whether the solution's own answer is right, by the job's rules; null without a gold answer. One without an answer is not right.",
        Verdict);

    /// <returns>Null without a gold answer, or when the job's rules are not known.</returns>
    public bool? Of(long jobId, string? answer, string? gold, string? tolerance)
    {
        if (gold is null || !rules.TryGetValue(jobId, out var its)) return null;
        // A vote of one solution is that solution's answer.
        var votes = its.AllVotes([new Candidate(1, "", answer, [])], gold, scored: false, tolerance);
        return votes.Single(vote => vote.Method is VotingMethod.Majority).Correct;
    }

    bool? Verdict(NpgsqlDataReader row) => Of(
        long.Parse(row.GetString(row.GetOrdinal("job_id")), System.Globalization.CultureInfo.InvariantCulture),
        Text(row, "answer"), Text(row, "gold_answer"), Text(row, "tolerance"));

    static string? Text(NpgsqlDataReader row, string column) =>
        row.GetOrdinal(column) is var i && row.IsDBNull(i) ? null : row.GetString(i);
}
