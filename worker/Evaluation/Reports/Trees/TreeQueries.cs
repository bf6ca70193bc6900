using Npgsql;
using RebaseBatch.Core.Searching;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>Reads single search trees.</summary>
sealed class TreeQueries(NpgsqlDataSource db)
{
    // The nodes are those of the search that gave the answer, because an answered problem is never sampled again.
    const string Answered = """
        SELECT p.problem_id, p.custom_id, p.question, p.gold_answer, a.answer, a.correct,
            ARRAY(SELECT (c ->> 'node')::int FROM jsonb_array_elements(a.candidates) WITH ORDINALITY e(c, place) ORDER BY place),
            ARRAY(SELECT c ->> 'answer' FROM jsonb_array_elements(a.candidates) WITH ORDINALITY e(c, place) ORDER BY place), p.ordinal
        FROM problems p JOIN answers a USING (problem_id) JOIN searches s USING (problem_id)
        WHERE p.job_id = $1 AND a.error IS NULL AND s.nodes_pruned_at IS NULL AND s.node_count <= $2
        """;

    const string Largest = $"{Answered} AND a.correct = $3 ORDER BY s.node_count DESC, p.ordinal OFFSET $4 LIMIT 1";

    const string Placed = $"{Answered} AND s.node_count > 0 AND a.correct IS NOT NULL AND p.ordinal = $3";

    const string Nodes = "SELECT no, parent_no, depth, state, score, sampled, text FROM nodes WHERE problem_id = $1 ORDER BY no";

    /// <summary>
    /// Of the problems that the job solved, or did not solve, the search with the n-th most steps; null if there are fewer.
    /// </summary>
    /// <param name="search">The name of the job's search.</param>
    /// <param name="n">From 0.</param>
    /// <param name="mostNodes">Larger trees are skipped.</param>
    public Task<SearchTree?> FindAsync(long jobId, string search, bool correct, int n, int mostNodes, CancellationToken ct) =>
        ReadAsync(Largest, jobId, search, [mostNodes, correct, n], ct);

    /// <summary>
    /// The search of one problem; null if there is no such problem, it has no right answer, it failed, its steps are deleted or too many.
    /// </summary>
    /// <param name="place">The problem's place in the dataset, from 0.</param>
    public Task<SearchTree?> OfProblemAsync(long jobId, string search, int place, int mostNodes, CancellationToken ct) =>
        ReadAsync(Placed, jobId, search, [mostNodes, place], ct);

    /// <summary>The stored steps of a problem's search, in the order of their numbers; none if there are none.</summary>
    public async Task<IReadOnlyList<TreeNode>> StepsAsync(long problemId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await NodesAsync(connection, problemId, ct);
    }

    async Task<SearchTree?> ReadAsync(string problem, long jobId, string search, object[] parameters, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(problem, connection) { Parameters = { new() { Value = jobId } } }.ForWholeJob();
        foreach (var parameter in parameters) command.Parameters.Add(new() { Value = parameter });
        long problemId;
        SearchTree found;
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            if (!await row.ReadAsync(ct)) return null;
            problemId = row.GetInt64(0);
            var solutions = row.GetFieldValue<int[]>(6).Zip(row.GetFieldValue<string?[]>(7))
                .ToDictionary(pair => pair.First, pair => pair.Second);
            found = new()
            {
                JobId = jobId,
                Search = search,
                CustomId = row.GetString(1),
                Question = row.GetString(2),
                Gold = row.GetString(3),
                Answer = row.IsDBNull(4) ? null : row.GetString(4),
                Correct = row.GetBoolean(5),
                Place = row.GetInt32(8),
                Nodes = [],
                Solutions = solutions,
            };
        }

        return found with { Nodes = await NodesAsync(connection, problemId, ct) };
    }

    static async Task<IReadOnlyList<TreeNode>> NodesAsync(NpgsqlConnection connection, long problemId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Nodes, connection) { Parameters = { new() { Value = problemId } } };
        await using var row = await command.ExecuteReaderAsync(ct);
        var nodes = new List<TreeNode>();
        while (await row.ReadAsync(ct))
        {
            nodes.Add(new(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2),
                (NodeState)row.GetInt16(3), row.IsDBNull(4) ? null : row.GetDouble(4),
                row.GetInt32(5), row.GetString(6)));
        }

        return nodes;
    }
}
