using System.Text.Json;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Reads jobs, and the results of two of them problem by problem.</summary>
sealed class FlipStore(NpgsqlDataSource db)
{
    // Questions are compared only if a job is older than the column that names its dataset.
    const string Jobs = $"""
        SELECT job_id, spec::text AS spec, dataset_name, state = '{JobStates.Completed}' AS completed,
            CASE WHEN EXISTS (SELECT 1 FROM jobs o WHERE o.job_id = ANY($1) AND o.dataset_sha256 IS NULL) THEN (
                SELECT md5(string_agg(md5(question || E'\n' || coalesce(gold_answer, '')), '' ORDER BY ordinal))
                FROM problems p WHERE p.job_id = j.job_id)
            ELSE dataset_sha256 END AS dataset_key
        FROM jobs j WHERE job_id = ANY($1) AND state IN {JobStates.Ended}
        ORDER BY array_position($1, job_id)
        """;

    // By content and not by place: two versions of a dataset may share most of their problems.
    static readonly string s_problems = $"""
        WITH a AS ({ProblemsOf("$1")}), b AS ({ProblemsOf("$2")})
        SELECT content || '.' || nth AS key, coalesce(a.ordinal, b.ordinal) AS place,
            coalesce(a.level, b.level) AS level, coalesce(a.family, b.family) AS family,
            a.problem_id AS a_problem, a.answered AS a_answered, a.failed AS a_failed, a.correct AS a_correct,
            b.problem_id AS b_problem, b.answered AS b_answered, b.failed AS b_failed, b.correct AS b_correct
        FROM a FULL JOIN b USING (content, nth)
        ORDER BY coalesce(a.ordinal, b.ordinal), a.ordinal IS NULL
        """;

    const string Answers = """
        SELECT p.problem_id, p.job_id, p.ordinal, p.custom_id, p.question, p.gold_answer, a.answer, a.candidates::text AS candidates,
            EXISTS (SELECT 1 FROM searches s WHERE s.problem_id = p.problem_id AND s.node_count > 0 AND s.nodes_pruned_at IS NULL) AS tree
        FROM problems p JOIN answers a USING (problem_id)
        WHERE p.problem_id = ANY($1)
        """;

    /// <summary>Those of the jobs that have ended, in the order of their numbers here. Only keys of one call can be compared.</summary>
    public async Task<IReadOnlyList<FlipJob>> JobsAsync(IReadOnlyList<long> jobs, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Jobs).ForWholeJob();
        command.Parameters.Add(new() { Value = jobs.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var found = new List<FlipJob>();
        while (await reader.ReadAsync(ct))
        {
            var jobId = row.Get<long>("job_id");
            found.Add(new()
            {
                JobId = jobId,
                Spec = StoredSpec.Of(jobId, row.Get<string>("spec")),
                DatasetName = row.Text("dataset_name"),
                DatasetKey = row.Get<string>("dataset_key"),
                Completed = row.Get<bool>("completed"),
            });
        }

        return found;
    }

    /// <summary>All problems of either job, in the first job's order.</summary>
    public async IAsyncEnumerable<PairedProblem> ProblemsAsync(
        FlipPair pair, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = db.CreateCommand(s_problems).ForWholeJob();
        command.Parameters.Add(new() { Value = pair.First.JobId });
        command.Parameters.Add(new() { Value = pair.Second.JobId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        while (await reader.ReadAsync(ct))
            yield return new(row.Get<string>("key"), row.Get<int>("place"), new(row.Optional<short>("level"), row.Text("family")),
                Result(row, "a"), Result(row, "b"));
    }

    /// <summary>Questions, answers and best solutions. Of each problem's candidates only one is kept in memory.</summary>
    /// <param name="problems">Problems, each with the settings of its job.</param>
    /// <returns>By the problem's id; a problem without an answer is missing.</returns>
    public async Task<IReadOnlyDictionary<long, StoredAnswer>> AnswersAsync(
        IReadOnlyDictionary<long, JobSpec> problems, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Answers).ForWholeJob();
        command.Parameters.Add(new() { Value = problems.Keys.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var answers = new Dictionary<long, StoredAnswer>();
        while (await reader.ReadAsync(ct))
        {
            var id = row.Get<long>("problem_id");
            var (answer, aggregation) = (row.Text("answer"), problems[id].Aggregation);
            var candidates =
                JsonSerializer.Deserialize<IReadOnlyList<CandidateRecord>>(row.Get<string>("candidates"), ContractsJson.Lines)!;
            var best = BestSolution.Of(candidates, answer, aggregation);
            answers[id] = new(row.Get<string>("custom_id"), row.Get<string>("question"), row.Text("gold_answer"),
                new(row.Get<long>("job_id"), row.Get<int>("ordinal"), answer, best?.Text,
                    best is null ? null : BestSolution.ScoreOf(best, aggregation), row.Get<bool>("tree")));
        }

        return answers;
    }

    static string ProblemsOf(string job) => $"""
        SELECT p.problem_id, p.ordinal, p.level, p.family, k.content,
            row_number() OVER (PARTITION BY k.content ORDER BY p.ordinal) AS nth,
            s.problem_id IS NOT NULL AS answered, coalesce(s.failed, false) AS failed, s.correct
        FROM problems p LEFT JOIN answers s USING (problem_id)
        CROSS JOIN LATERAL (SELECT md5(p.question || E'\n' || coalesce(p.gold_answer, '')) AS content) k
        WHERE p.job_id = {job}
        """;

    static PairedResult? Result(NamedRow row, string side) => row.Optional<long>($"{side}_problem") is { } id
        ? new(id, row.Get<bool>($"{side}_answered"), row.Get<bool>($"{side}_failed"), row.Optional<bool>($"{side}_correct"))
        : null;
}
