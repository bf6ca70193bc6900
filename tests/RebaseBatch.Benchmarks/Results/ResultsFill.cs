using System.Text.Json;
using Dapper;
using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Contracts;

namespace RebaseBatch.Benchmarks.Results;

/// <summary>
/// Completed jobs with answers and usage. The server itself makes them, and its triggers make the sums, as for a worker's answers.
/// </summary>
static class ResultsFill
{
    const string Job = """
        INSERT INTO jobs (spec, problem_count, state, started_at, finished_at, dataset_name, dataset_sha256)
        VALUES (@Spec::jsonb, @Problems, 'completed', now(), now() + interval '1 hour', 'set ' || @Dataset, md5(@Dataset::text))
        RETURNING job_id
        """;

    const string Batches = """
        INSERT INTO batches (job_id, batch_no, max_attempts, state, started_at, finished_at, kind)
        SELECT @job, no, 5, 'completed', now(), now(), (SELECT kind FROM jobs WHERE job_id = @job)
        FROM generate_series(1, (@problems + 15) / 16) no
        """;

    const string Problems = """
        INSERT INTO problems (job_id, batch_id, ordinal, custom_id, question_id, question, gold_answer)
        SELECT @job, b.batch_id, n, 'id-' || n, 'id-' || n, 'What is ' || n || ' + ' || n || '?', (2 * n)::text
        FROM generate_series(0, @problems - 1) n JOIN batches b ON b.job_id = @job AND b.batch_no = n / 16 + 1
        """;

    // All nine votes, as in a scored job. Each vote is right for six problems in ten, independently of the others.
    const string Answers = """
        INSERT INTO answers (problem_id, job_id, batch_id, answer, correct, votes, candidates, grader_version, lease_epoch)
        SELECT p.problem_id, @job, p.batch_id, p.gold_answer, v.votes -> 1 ->> 'correct' = 'true', v.votes,
            '[{"node":1,"answer":"4","text":"2 + 2 = 4","step_scores":[0.5]}]', '1', 1
        FROM problems p CROSS JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_object('method', m.method, 'aggregation', m.aggregation,
                'answer', p.gold_answer, 'correct', random() < 0.6, 'share', 0.5) ORDER BY m.no) AS votes
            FROM (VALUES (0, 'majority', NULL),
                (1, 'weighted', 'last'), (2, 'weighted', 'min'), (3, 'weighted', 'mean'), (4, 'weighted', 'product'),
                (5, 'best_of_n', 'last'), (6, 'best_of_n', 'min'), (7, 'best_of_n', 'mean'), (8, 'best_of_n', 'product'))
                m(no, method, aggregation)) v
        WHERE p.job_id = @job
        """;

    const string Usage = """
        INSERT INTO usage (problem_id, job_id, batch_id,
            policy_model, policy_sha256, policy_parameters,
            policy_prompt_tokens, policy_sampled_tokens, policy_evaluated_tokens, policy_device_seconds,
            reward_model, reward_sha256, reward_parameters,
            reward_prompt_tokens, reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens,
            reward_device_seconds, policy_flops, total_flops, wall_seconds, nodes, attempts)
        SELECT problem_id, job_id, batch_id,
            'policy', '', 7000000000, 60, 2000, 2100, random(),
            'reward', '', 7000000000, 60, 0, 1500, 0, 300, random(),
            2.8e13, 5.04e13, random(), 40, 1
        FROM problems WHERE job_id = @job
        """;

    /// <summary>Stores <paramref name="answers"/> answers, spread evenly over the jobs and over ten datasets.</summary>
    public static async Task RunAsync(PrivatePostgres postgres, int answers, int jobs)
    {
        await using var connection = await postgres.DataSource.OpenConnectionAsync();
        for (var i = 0; i < jobs; i++)
        {
            var problems = answers / jobs + (i < answers % jobs ? 1 : 0);
            var spec = JsonSerializer.Serialize(
                new JobSpec { Name = $"job {i}", Policy = "policy", Reward = "reward", Width = 4 << (i % 5) }, ContractsJson.Lines);
            var job = await connection.ExecuteScalarAsync<long>(Job, new { Spec = spec, Problems = problems, Dataset = i % 10 });
            foreach (var sql in (string[])[Batches, Problems, Answers, Usage])
                await connection.ExecuteAsync(new CommandDefinition(sql, new { job, problems }, commandTimeout: 0));
        }
        await connection.ExecuteAsync(new CommandDefinition("VACUUM ANALYZE", commandTimeout: 0));
    }
}
