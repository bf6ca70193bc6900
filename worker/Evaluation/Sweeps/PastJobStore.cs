using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>Reads what ended jobs cost.</summary>
sealed class PastJobStore(NpgsqlDataSource db)
{
    // The newest jobs: they ran on today's machines and with today's program.
    const int Newest = 500;

    // A problem that failed often cost nothing, which would make the others look cheap.
    const string Ended = $"""
        SELECT j.job_id AS "JobId", j.spec::text AS "Spec", s.answered - s.failed AS "Problems",
            s.policy_flops::double precision AS "PolicyFlops", s.total_flops::double precision AS "TotalFlops"
        FROM jobs j JOIN job_sums s USING (job_id)
        WHERE j.state = '{JobStates.Completed}' AND s.answered > s.failed
        ORDER BY j.job_id DESC
        LIMIT @Newest
        """;

    // Other jobs count too, because they took their share of a worker's time. Batches that a worker had in hand at the same time are one
    // span.
    const string Spans = """
        SELECT m.job_id AS "JobId", m.worker AS "Worker",
            extract(epoch FROM lower(span))::double precision AS "From", extract(epoch FROM upper(span))::double precision AS "Until"
        FROM (
            SELECT job_id, coalesce(worker_id, '') AS worker, range_agg(tstzrange(began_at, ended_at)) AS spans
            FROM attempts WHERE job_id >= @Oldest AND ended_at > began_at
            GROUP BY 1, 2) m
        CROSS JOIN LATERAL unnest(m.spans) span
        """;

    public async Task<IReadOnlyList<PastJob>> ReadAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(Ended, new { Newest }, cancellationToken: ct))).AsList();
        if (rows.Count == 0) return [];
        var spans = await connection.QueryAsync<WorkSpan>(
            new CommandDefinition(Spans, new { Oldest = rows[^1].JobId },
                commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct));
        var seconds = WorkShares.Of(spans);
        return [.. rows.Select(row => row.ToJob(seconds.TryGetValue(row.JobId, out var worked) ? worked : null)).OfType<PastJob>()];
    }

    sealed record Row(long JobId, string Spec, int Problems, double PolicyFlops, double TotalFlops)
    {
        /// <returns>Null: this version can't read the job.</returns>
        public PastJob? ToJob(double? seconds)
        {
            if (StoredSpec.Read(Spec).Spec is not { } spec) return null;
            return new(spec.Policy, spec.Reward, spec.Strategy, spec.Width, Problems, PolicyFlops, TotalFlops, seconds)
            {
                Lookahead = spec.Lookahead, ScoreEvery = spec.ScoreEvery, StopAtConfidence = spec.StopAtConfidence,
                EmbeddingModel = spec.EmbeddingModel,
            };
        }
    }
}
