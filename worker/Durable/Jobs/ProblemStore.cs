using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Reads what a claimed batch has to do.</summary>
sealed class ProblemStore(NpgsqlDataSource db)
{
    const string Pending = """
        SELECT p.problem_id, p.ordinal, p.custom_id, p.question_id, p.question, p.gold_answer, coalesce(s.active_seconds, 0), p.level
        FROM problems p LEFT JOIN searches s USING (problem_id)
        WHERE p.batch_id = $1 AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
        ORDER BY p.ordinal
        """;

    const string Nodes = """
        SELECT n.problem_id, n.no, n.parent_no, n.depth, n.child_index, n.state, n.score,
               n.sampled, n.policy_evaluated, n.reward_evaluated, n.tokens, n.text,
               n.policy_reencoded, n.reward_reencoded, n.policy_seconds, n.reward_seconds
        FROM problems p JOIN nodes n USING (problem_id)
        WHERE p.batch_id = $1 AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
        ORDER BY n.problem_id, n.no
        """;

    /// <summary>
    /// The batch's problems without an answer, in the dataset's order, with their stored nodes. Not fenced: what a lost lease reads does no
    /// harm, what it writes would. Whoever holds the lease sees every node of earlier holders, as their writes ended before the claim.
    /// </summary>
    public async Task<IReadOnlyList<BatchProblem>> LoadPendingAsync(BatchLease lease, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var problems = new List<BatchProblem>();
        var nodes = new Dictionary<long, List<SearchNode>>();

        await using (var command = new NpgsqlCommand(Pending, connection) { Parameters = { new() { Value = lease.BatchId } } })
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                var id = reader.GetInt64(0);
                var spec = new ProblemSpec(
                    reader.GetString(2), reader.GetString(3), reader.GetString(4), await reader.IsDBNullAsync(5, ct) ? null : reader.GetString(5),
                    await reader.IsDBNullAsync(7, ct) ? null : reader.GetInt16(7));
                problems.Add(new(id, reader.GetInt32(1), spec, nodes[id] = [], reader.GetDouble(6)));
            }
        }

        await using (var command = new NpgsqlCommand(Nodes, connection) { Parameters = { new() { Value = lease.BatchId } } })
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
                if (nodes.TryGetValue(reader.GetInt64(0), out var stored)) stored.Add(Node(reader));
        }
        return problems;
    }

    static SearchNode Node(NpgsqlDataReader row) => new()
    {
        No = row.GetInt32(1),
        ParentNo = row.GetInt32(2),
        Depth = row.GetInt32(3),
        ChildIndex = row.GetInt32(4),
        State = (NodeState)row.GetInt16(5),
        Score = row.IsDBNull(6) ? null : row.GetDouble(6),
        Cost = new(row.GetInt32(7), new(row.GetInt32(8), row.GetInt32(12), row.GetDouble(14)), new(row.GetInt32(9), row.GetInt32(13), row.GetDouble(15))),
        Tokens = row.GetFieldValue<int[]>(10),
        Text = row.GetString(11),
    };
}
