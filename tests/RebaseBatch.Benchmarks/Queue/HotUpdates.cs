using Dapper;
using RebaseBatch.Benchmarks.Database;

namespace RebaseBatch.Benchmarks.Queue;

/// <summary>
/// How many updates of the queue's tables stayed in place (HOT: no index was touched), as the server counts them. A session tells its
/// counts when it ends, so pools are closed before each look.
/// </summary>
sealed class HotUpdates(PrivatePostgres postgres)
{
    const string Counts = """
        SELECT relname, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname IN ('batches', 'turns', 'queue_gate')
        """;

    readonly Dictionary<string, (long All, long Hot)> _sums = [];
    Dictionary<string, (long All, long Hot)> _before = [];

    public async Task BeginAsync() => _before = await ReadAsync();

    /// <summary>Adds what was counted since <see cref="BeginAsync"/> to the rows of this kind of statement.</summary>
    public async Task EndAsync(string statements)
    {
        foreach (var (table, now) in await ReadAsync())
        {
            var before = _before.GetValueOrDefault(table);
            var sum = _sums.GetValueOrDefault($"{statements} | {table}");
            _sums[$"{statements} | {table}"] = (sum.All + now.All - before.All, sum.Hot + now.Hot - before.Hot);
        }
    }

    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine("statements | table | updates | of them in place (HOT)");
        Console.WriteLine("---|---|---|---");
        foreach (var (row, sum) in _sums.Where(row => row.Value.All > 0)) Console.WriteLine($"{row} | {sum.All} | {sum.Hot}");
    }

    async Task<Dictionary<string, (long All, long Hot)>> ReadAsync()
    {
        await using var connection = await postgres.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("SELECT pg_stat_force_next_flush()");
        await connection.ExecuteAsync("SELECT pg_stat_clear_snapshot()");
        return (await connection.QueryAsync<(string Table, long All, long Hot)>(Counts))
            .ToDictionary(row => row.Table, row => (row.All, row.Hot));
    }
}
