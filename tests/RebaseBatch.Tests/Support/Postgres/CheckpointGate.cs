using Dapper;
using Npgsql;
using Xunit;

namespace RebaseBatch.Tests.Support.Postgres;

/// <summary>
/// Lets a database take a number of nodes and holds the checkpoint that comes after them. So a test can kill a worker in the middle of a
/// search, however fast or slow the worker is: it can't end a search that it can't store.
/// </summary>
sealed class CheckpointGate : IAsyncDisposable
{
    const int Key = 4242;
    const string Waiting =
        "FROM pg_locks WHERE locktype = 'advisory' AND objid = 4242 AND NOT granted AND database = (SELECT oid FROM pg_database WHERE "
            + "datname = current_database())";

    readonly NpgsqlConnection _holder;

    CheckpointGate(NpgsqlConnection holder) => _holder = holder;

    public static async Task<CheckpointGate> CreateAsync(TestDatabase database)
    {
        var holder = await database.DataSource.OpenConnectionAsync();
        await holder.ExecuteAsync("""
            CREATE TABLE gate AS SELECT 2147483647 AS nodes;
            CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT count(*) FROM nodes) >= (SELECT nodes FROM gate) THEN
                    PERFORM pg_advisory_xact_lock(4242);
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER gate BEFORE INSERT ON nodes EXECUTE FUNCTION pass_gate();
            """);
        await holder.ExecuteAsync("SELECT pg_advisory_lock(@Key)", new { Key });
        return new(holder);
    }

    /// <summary>From <paramref name="nodes"/> stored nodes on checkpoints are held.</summary>
    public Task CloseAtAsync(long nodes) => _holder.ExecuteAsync("UPDATE gate SET nodes = @nodes", new { nodes });

    public Task OpenAsync() => CloseAtAsync(int.MaxValue);

    /// <summary>Opens, and lets the held checkpoint pass.</summary>
    public async Task LetPassAsync()
    {
        await OpenAsync();
        await _holder.ExecuteAsync("SELECT pg_advisory_unlock(@Key)", new { Key });
    }

    public async Task<bool> IsHoldingAsync() => await _holder.ExecuteScalarAsync<bool>($"SELECT EXISTS (SELECT {Waiting})");

    /// <summary>Waits until the gate holds a checkpoint and kills the worker within it; nothing of that checkpoint is stored.</summary>
    public async Task KillHeldAsync(RebaseProcess worker)
    {
        await Eventually.TrueAsync(async () => worker.HasExited || await IsHoldingAsync());
        Assert.False(worker.HasExited, worker.Stderr);
        worker.Kill();
        await worker.ExitAsync();
        await DropHeldAsync();
    }

    /// <summary>
    /// Ends the held checkpoint of a worker that was killed, as the server would when it finds that the other end is gone; nothing of it is
    /// stored.
    /// </summary>
    public async Task DropHeldAsync()
    {
        await _holder.ExecuteAsync($"SELECT pg_terminate_backend(pid) {Waiting}");
        await Eventually.TrueAsync(async () => !await IsHoldingAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _holder.ExecuteAsync("SELECT pg_advisory_unlock(@Key)", new { Key });
        await _holder.DisposeAsync();
    }
}
