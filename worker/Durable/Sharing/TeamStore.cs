using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Sharing;

/// <summary>The teams with their weights and limits. A team needs no row to have jobs: its weight is 1 then.</summary>
sealed class TeamStore(NpgsqlDataSource db)
{
    const string List = $"""
        SELECT coalesce(t.name, b.team) AS "Name", coalesce(t.weight, 1) AS "Weight", t.most_running AS "MostRunning",
            coalesce(b.running, 0) AS "Running", coalesce(b.waiting, 0) AS "Waiting"
        FROM teams t
        FULL JOIN (
            SELECT team, (count(*) FILTER (WHERE state = '{BatchStates.Running}'))::int AS running,
                (count(*) FILTER (WHERE state IN {BatchStates.Claimable} AND NOT paused))::int AS waiting
            FROM batches WHERE state IN {BatchStates.Unfinished} GROUP BY team) b ON b.team = t.name
        ORDER BY 1
        """;

    // Each in one transaction with its event and its announcement: idle workers look again at once, and more may be theirs now.
    static readonly string s_set = ReadCommitted.Alone($"""
        WITH done AS (
            INSERT INTO teams (name, weight, most_running) VALUES (@Name, coalesce(@Weight, 1), @MostRunning)
            ON CONFLICT (name) DO UPDATE SET weight = coalesce(@Weight, teams.weight),
                most_running = CASE WHEN @Unlimited THEN NULL ELSE coalesce(@MostRunning, teams.most_running) END
            RETURNING name, weight, most_running)
        INSERT INTO events (who, what, detail)
        SELECT @Who, '{Deeds.TeamSet}', name || ': weight ' || weight || coalesce(', at most ' || most_running, '') FROM done;
        NOTIFY {EnqueueListener.Channel}
        """);

    static readonly string s_remove = ReadCommitted.Alone($"""
        WITH done AS (DELETE FROM teams WHERE name = @Name RETURNING 1)
        INSERT INTO events (who, what, detail) SELECT @Who, '{Deeds.TeamRemoved}', @Name FROM done;
        NOTIFY {EnqueueListener.Channel}
        """);

    /// <summary>All that have a row or an unfinished batch, by name.</summary>
    public async Task<IReadOnlyList<Team>> ListAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<Team>(new CommandDefinition(List, cancellationToken: ct))).AsList();
    }

    /// <summary>Sets what is given, and leaves the rest as it is. The next claim follows it.</summary>
    /// <param name="unlimited">Takes the limit of running batches away.</param>
    public async Task SetAsync(string name, double? weight, int? mostRunning, bool unlimited, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            s_set, new
            {
                Name = name, Weight = weight, MostRunning = mostRunning, Unlimited = unlimited, Who = Actor.OfProcess.Name,
            }, cancellationToken: ct));
    }

    /// <summary>Forgets weight and limit; the team's jobs stay, with weight 1. False: the team has neither.</summary>
    public async Task<bool> RemoveAsync(string name, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            s_remove, new { Name = name, Who = Actor.OfProcess.Name }, cancellationToken: ct)) > 0;
    }
}
