using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>All faults of the benchmark <c>chaos</c>.</summary>
static class ChaosFaults
{
    /// <summary>Longer than the workers' leases of two seconds.</summary>
    static readonly TimeSpan s_frozen = TimeSpan.FromSeconds(4), s_locked = TimeSpan.FromSeconds(6);

    static readonly TimeSpan s_short = TimeSpan.FromSeconds(2);

    // A worker that can't do the work must not use up the batch's attempts.
    const int UsualAttempts = 5;

    const string OtherSessions = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    public static IReadOnlyList<ChaosFault> All { get; } =
    [
        new("worker killed", bench => Done(bench.AnyWorker.KillAndReplace)),
        new("worker drained", bench => bench.AnyWorker.DrainAndReplaceAsync()),
        new("worker frozen past its lease", bench => bench.AnyWorker.FreezeAsync(s_frozen)),
        new("job cancelled", CancelAsync),
        new("connections cut", bench => bench.QueryAsync<long>($"SELECT count(pg_terminate_backend(pid)) {OtherSessions}")),
        new("statements cancelled", CancelStatementsAsync),
        new("job's row locked", bench => bench.LockAsync("SELECT FROM jobs WHERE state = 'running' LIMIT 1 FOR UPDATE", s_locked)),
        new("batch's row locked", bench => bench.LockAsync("SELECT FROM batches WHERE state = 'running' LIMIT 1 FOR UPDATE", s_locked)),
        new("disk full (53100 from triggers)", FillDiskAsync),
        new("pooler without its server (08P01 from a proxy)", bench => bench.Pooler!.LoseServerAsync(s_short)) { ThroughPooler = true },
        new("Postgres killed", bench => bench.Postgres.KillAsync()),
        new("replica promoted with lost commits", PromoteAsync),
        new("worker without the model", bench => Done(bench.LastWorker.KillAndReplace))
        {
            OthersSettings = ["Models:tiny-math-policy-s:Path=/nowhere/model.gguf"], MaxAttempts = UsualAttempts,
        },
        new("worker with other weights", bench => Done(bench.LastWorker.KillAndReplace))
        {
            OthersSettings = [$"Models:tiny-math-policy-s:Path={OtherWeights}"], MaxAttempts = UsualAttempts,
        },
        .. OfPgBouncer,
        .. OfDisk,
    ];

    /// <summary>Where a PgBouncer is on the path.</summary>
    static IEnumerable<ChaosFault> OfPgBouncer => PgBouncer.Find() is not { } program ? [] :
    [
        new("PgBouncer without its server", bench => bench.Postgres.KillAsync(s_short)) { PgBouncer = program },
        new("PgBouncer killed", bench => bench.PgBouncer!.KillAsync(s_short)) { PgBouncer = program },
    ];

    /// <summary>Where a small file system may be mounted.</summary>
    static IEnumerable<ChaosFault> OfDisk => !SmallDisk.MayMount ? [] :
        [new("disk full", bench => bench.Disk!.FillAsync(s_locked)) { OnSmallDisk = true }];

    static string OtherWeights => Path.Combine(AppContext.BaseDirectory, "models", "tiny-math-policy-m.gguf");

    static Task Done(Action fault)
    {
        fault();
        return Task.CompletedTask;
    }

    static async Task CancelAsync(ChaosBench bench)
    {
        if (await bench.QueryAsync<long?>("SELECT max(job_id) FROM jobs WHERE state = 'running'") is { } job)
            await new JobStore(bench.Postgres.DataSource).CancelAsync(job, default);
    }

    /// <summary>Statements are short, so that it takes many requests to hit some of each kind.</summary>
    static async Task CancelStatementsAsync(ChaosBench bench)
    {
        for (var i = 0; i < 200; i++)
        {
            await bench.QueryAsync<long>($"SELECT count(pg_cancel_backend(pid)) {OtherSessions} AND state = 'active'");
            await Task.Delay(10);
        }
    }

    /// <summary>As a server answers whose disk is full, for two seconds. Its own log, in which a real one may end, has room.</summary>
    static async Task FillDiskAsync(ChaosBench bench)
    {
        await bench.ExecuteAsync("""
            CREATE TABLE IF NOT EXISTS disk AS SELECT false AS is_full;
            CREATE OR REPLACE FUNCTION need_room() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT is_full FROM disk) THEN
                    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
                END IF;
                RETURN NULL;
            END $$;
            CREATE OR REPLACE TRIGGER need_room BEFORE INSERT ON nodes EXECUTE FUNCTION need_room();
            CREATE OR REPLACE TRIGGER need_room BEFORE INSERT ON answers EXECUTE FUNCTION need_room();
            CREATE OR REPLACE TRIGGER need_room BEFORE INSERT OR UPDATE ON batches EXECUTE FUNCTION need_room();
            UPDATE disk SET is_full = true;
            """);
        await Task.Delay(s_short);
        await bench.ExecuteAsync("UPDATE disk SET is_full = false");
    }

    /// <summary>The copy of the server's files is a replica that is some seconds behind: what was committed since is lost.</summary>
    static async Task PromoteAsync(ChaosBench bench)
    {
        await bench.Postgres.TakeReplicaAsync();
        await Task.Delay(s_short + TimeSpan.FromSeconds(bench.Random.NextDouble()));
        await bench.Postgres.PromoteReplicaAsync();
    }
}
