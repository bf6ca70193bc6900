using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Reads the work of a claimed batch.</summary>
sealed class ProblemStore(NpgsqlDataSource db)
{
    const string Pending = """
        SELECT p.problem_id, p.ordinal, p.custom_id, p.question_id, p.question, p.gold_answer, p.level, p.tolerance, p.family,
            coalesce(s.active_seconds, 0) AS active_seconds, coalesce(s.restarts, 0) AS restarts
        FROM problems p LEFT JOIN searches s USING (problem_id)
        WHERE p.batch_id = $1 AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
        ORDER BY p.ordinal
        """;

    static readonly string s_nodes = $"""
        SELECT {NodeColumns.Select("n")}
        FROM problems p JOIN nodes n USING (problem_id)
        WHERE p.batch_id = $1 AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
        ORDER BY n.problem_id, n.no
        """;

    /// <summary>
    /// The batch's problems without an answer, in the dataset's order, with their stored nodes. Not fenced: a read under a lost lease does
    /// no harm, only a write would. The holder of the lease sees every node of earlier holders, because their writes ended before the
    /// claim.
    /// </summary>
    public async Task<IReadOnlyList<BatchProblem>> LoadPendingAsync(BatchLease lease, CancellationToken ct)
    {
        await using var batch = db.CreateBatch().For(lease.Spec.BatchSize);
        foreach (var sql in (string[])[Pending, s_nodes])
            batch.BatchCommands.Add(new(sql) { Parameters = { new NpgsqlParameter<long> { TypedValue = lease.BatchId } } });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var problems = new List<BatchProblem>();
        var nodes = new Dictionary<long, List<SearchNode>>();
        while (await reader.ReadAsync(ct))
        {
            var id = row.Get<long>("problem_id");
            var spec = new ProblemSpec(
                row.Get<string>("custom_id"), row.Get<string>("question_id"), row.Get<string>("question"), row.Text("gold_answer"),
                row.Optional<short>("level"), row.Text("tolerance"), row.Text("family"));
            problems.Add(new(id, row.Get<int>("ordinal"), spec, nodes[id] = [], row.Get<double>("active_seconds"),
                row.Get<int>("restarts")));
        }

        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            if (nodes.TryGetValue(row.Get<long>(NodeColumns.Problem), out var stored)) stored.Add(NodeColumns.Read(row));
        return problems;
    }
}
