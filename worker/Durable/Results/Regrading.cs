using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// Grades a job's stored answers again, with this program's extraction, classes and votes, by the rules of the job's preset. Generates
/// nothing. One transaction: a crash leaves all verdicts as they were. The outbox then writes the files under new names.
/// </summary>
sealed class Regrading(NpgsqlDataSource db)
{
    const string LockJob = $"SELECT spec::text, state IN {JobStates.Ended} FROM jobs WHERE job_id = @JobId FOR NO KEY UPDATE";

    const string Load = """
        SELECT a.problem_id AS "ProblemId", p.custom_id AS "CustomId", p.question AS "Question", p.gold_answer AS "Gold",
            p.tolerance AS "Tolerance", a.answer AS "Answer", a.correct AS "Correct",
            a.candidates::text AS "Candidates", a.ended_by AS "EndedBy", a.solution_ends::text AS "Ends"
        FROM answers a JOIN problems p USING (problem_id)
        WHERE a.job_id = @JobId AND a.error IS NULL AND a.problem_id > @After
        ORDER BY a.problem_id LIMIT 500
        """;

    const string Store = """
        UPDATE answers a
        SET answer = g.answer, correct = g.correct, votes = g.votes::jsonb, candidates = g.candidates::jsonb, grader_version = @Version,
            unanswered_cause = g.cause, solution_ends = g.ends::jsonb
        FROM unnest(@Ids, @Answers, @Corrects, @Votes, @Candidates, @Causes, @Ends)
            AS g(problem_id, answer, correct, votes, candidates, cause, ends)
        WHERE a.problem_id = g.problem_id
        """;

    const string OrderFiles = """
        INSERT INTO outbox (job_id, batch_no)
        SELECT DISTINCT b.job_id, b.batch_no FROM answers a JOIN batches b USING (batch_id) WHERE a.job_id = @JobId
        UNION ALL SELECT @JobId, 0
        ON CONFLICT (job_id, batch_no) DO UPDATE SET due_at = now(), lease_token = NULL
        """;

    // The newest verdict of each schedule that the job is in is of the answers as they were. It is judged anew, and not told again. Without
    // losses too, else it would count as an older version's, which is judged only until the next run begins.
    const string ForgetVerdicts = """
        UPDATE schedule_runs r SET answer = NULL, verdict = NULL, losses = NULL
        FROM schedules s
        WHERE s.schedule_id = r.schedule_id AND r.answer IS NOT NULL
            AND r.due_at = (SELECT max(due_at) FROM schedule_runs n WHERE n.schedule_id = r.schedule_id AND n.answer IS NOT NULL)
            AND EXISTS (
                SELECT 1 FROM sweep_jobs j WHERE j.job_id = @JobId AND j.sweep_id IN (r.sweep_id, s.baseline_sweep_id))
        """;

    /// <returns>What changed; null when there is no such job.</returns>
    /// <exception cref="InvalidOperationException">The job has not ended.</exception>
    public async Task<RegradingOutcome?> RunAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var (specText, hasEnded) = await connection.QuerySingleOrDefaultAsync<(string? Spec, bool HasEnded)>(
            new CommandDefinition(
                LockJob, new { JobId = jobId }, commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct));
        if (specText is null) return null;
        if (!hasEnded) throw new InvalidOperationException($"job {jobId} has not ended: grade its answers again when it has");

        var spec = StoredSpec.Of(jobId, specText);
        var rules = AnswerRules.Of(spec);
        var outcome = new RegradingOutcome(rules.Version);
        for (long after = 0; ;)
        {
            var rows = (await connection.QueryAsync<StoredAnswer>(new CommandDefinition(
                Load, new { JobId = jobId, After = after },
                commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct))).AsList();
            if (rows.Count == 0) break;
            var graded = rows.ConvertAll(row => (Row: row, Verdict: Grade(row, spec, rules)));
            await ExecuteAsync(Store, new
            {
                Ids = graded.Select(g => g.Row.ProblemId).ToArray(),
                Answers = graded.Select(g => AnswerJson.Clean(g.Verdict.Own.Answer)).ToArray(),
                Corrects = graded.Select(g => g.Verdict.Own.Correct).ToArray(),
                Votes = graded.Select(g => AnswerJson.Votes(g.Verdict.Votes)).ToArray(),
                Candidates = graded.Select(g => AnswerJson.Candidates(g.Verdict.Candidates)).ToArray(),
                Causes = graded.Select(g => CauseOf(g.Row, g.Verdict.Own.Answer, g.Verdict.Ends, g.Verdict.WithoutAnswer)).ToArray(),
                Ends = graded.Select(g => g.Verdict.Ends is { } ends ? AnswerJson.Ends(ends) : null).ToArray(),
                rules.Version,
            });
            foreach (var (row, verdict) in graded)
                outcome.Add(new(row.CustomId, row.Gold, row.Answer, verdict.Own.Answer, row.Correct, verdict.Own.Correct));
            after = rows[^1].ProblemId;
        }

        await ExecuteAsync(OrderFiles, new { JobId = jobId });
        await ExecuteAsync(ForgetVerdicts, new { JobId = jobId });
        await new EventLog(connection, Actor.OfProcess).OfJobAsync(
            jobId, Deeds.Regraded, $"grader {rules.Version}: {outcome.OtherAnswers} other answers", ct);
        await transaction.CommitAsync(ct);
        return outcome;

        Task ExecuteAsync(string sql, object parameters) => connection.ExecuteAsync(new CommandDefinition(
            sql, parameters, commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct));
    }

    static Verdict Grade(StoredAnswer row, JobSpec spec, IAnswerRules rules)
    {
        var stored = JsonSerializer.Deserialize<IReadOnlyList<CandidateRecord>>(row.Candidates, ContractsJson.Lines)!;
        var read = stored.Select(c => c with { Answer = rules.Extract(row.Question, c.Text) }).ToList();
        var candidates = read.Select(c => new Candidate(c.Node, c.Text, c.Answer, c.StepScores)).ToList();
        var votes = rules.AllVotes(candidates, row.Gold, scored: spec.Reward is not null, row.Tolerance);
        var own = Voting.JobsOwn(votes, spec);
        var withoutAnswer = Unanswered.WithoutAnswer(read.Select(c => c.Answer), answered: own.Answer is not null);
        var ends = row.Ends is null ? null : JsonSerializer.Deserialize<SolutionEnds>(row.Ends, ContractsJson.Lines);
        return new(own, votes, read, withoutAnswer, ends is null ? null : ends with { NoAnswerFound = withoutAnswer });
    }

    static string? CauseOf(StoredAnswer row, string? answer, SolutionEnds? ends, int withoutAnswer) =>
        answer is null ? StoredNames.Of(Unanswered.CauseOf(ends, withoutAnswer, row.EndedBy)) : null;

    sealed record Verdict(
        VoteRecord Own, IReadOnlyList<VoteRecord> Votes, IReadOnlyList<CandidateRecord> Candidates, int WithoutAnswer, SolutionEnds? Ends);

    sealed record StoredAnswer
    {
        public required long ProblemId { get; init; }
        public required string CustomId { get; init; }
        public required string Question { get; init; }
        public required string? Gold { get; init; }
        public required string? Tolerance { get; init; }
        public required string? Answer { get; init; }
        public required bool? Correct { get; init; }
        public required string Candidates { get; init; }
        public required string? EndedBy { get; init; }
        public required string? Ends { get; init; }
    }
}
