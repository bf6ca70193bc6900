using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;

namespace RebaseBatch.Sweeps;

/// <summary>Reads what jobs that ended came to.</summary>
sealed class PastJobs(NpgsqlDataSource db)
{
    // Newer jobs ran on the machines and the program of today.
    const int Newest = 500;

    const string Ended = """
        SELECT j.spec::text AS "Spec", u.problems AS "Problems", u.policy_flops AS "PolicyFlops", u.total_flops AS "TotalFlops",
            extract(epoch FROM j.finished_at - j.started_at)::double precision AS "Seconds"
        FROM (SELECT * FROM jobs WHERE state = 'completed' AND started_at IS NOT NULL ORDER BY job_id DESC LIMIT @Newest) j
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS problems, sum(policy_flops) AS policy_flops, sum(total_flops) AS total_flops FROM usage WHERE job_id = j.job_id) u
        WHERE u.problems > 0
        """;

    public async Task<IReadOnlyList<PastJob>> ReadAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(Ended, new { Newest }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToJob())];
    }

    sealed record Row(string Spec, int Problems, double PolicyFlops, double TotalFlops, double Seconds)
    {
        public PastJob ToJob()
        {
            var spec = JsonSerializer.Deserialize<JobSpec>(Spec, ContractsJson.Lines)!;
            return new(spec.Policy, spec.Reward, spec.Strategy, spec.Width, Problems, PolicyFlops, TotalFlops, Seconds);
        }
    }
}
