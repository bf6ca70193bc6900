using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>Stores sweeps with their jobs; jobs with equal inputs are stored once.</summary>
sealed class SweepStore(NpgsqlDataSource db)
{
    const string InsertSweep = "INSERT INTO sweeps (name, spec, tags) VALUES (@Name, @Spec::jsonb, @Tags::jsonb) RETURNING sweep_id";

    const string InsertJobs = """
        INSERT INTO sweep_jobs (sweep_id, place, job_id)
        SELECT @SweepId, place - 1, job_id FROM unnest(@Jobs) WITH ORDINALITY AS job (job_id, place)
        """;

    const string Failed = "SELECT job_id, failed FROM job_sums WHERE job_id = ANY(@Jobs) AND failed > 0 ORDER BY job_id";

    const string Jobs = "SELECT job_id FROM sweep_jobs WHERE sweep_id = @SweepId ORDER BY place";

    /// <summary>For each of the inputs the newest job that has them and was not cancelled, if there is one.</summary>
    public async Task<IReadOnlyDictionary<string, long>> HeldAsync(IEnumerable<JobInputs> inputs, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await HeldJobs.OfInputsAsync(connection, inputs, ct);
    }

    /// <summary>Stores the sweep, the jobs that are missing, and which jobs belong to it, in one transaction.</summary>
    /// <param name="fresh">Whether all its jobs are new, even if the database has equal ones.</param>
    /// <param name="after">What its new jobs wait for (<see cref="AfterAsync"/>); null: for nothing.</param>
    public async Task<StoredSweep> EnqueueAsync(
        SweepSpec sweep, IReadOnlyList<PreparedJob> jobs, CancellationToken ct, bool fresh = false, JobAfter? after = null)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var stored = await EnqueueAsync(connection, sweep, jobs, fresh, closesAt: null, ct, after);
        await transaction.CommitAsync(ct);
        return stored;
    }

    /// <summary>The same, within the transaction that the caller has open on <paramref name="connection"/>.</summary>
    /// <param name="closesAt">When its new jobs stop, until someone sets a later moment; null for never.</param>
    /// <param name="by">Who enqueues it; null: the user of this process.</param>
    public static async Task<StoredSweep> EnqueueAsync(
        NpgsqlConnection connection, SweepSpec sweep, IReadOnlyList<PreparedJob> jobs, bool fresh, DateTimeOffset? closesAt,
        CancellationToken ct, JobAfter? after = null, Actor? by = null)
    {
        await HeldJobs.LockAsync(connection, ct);
        var held = fresh ? new Dictionary<string, long>() : await HeldJobs.OfInputsAsync(connection, jobs.Select(job => job.Inputs), ct);
        var (insert, waits) = (new JobInsert(connection, by), new JobWaits(connection));
        if (after is not null) await waits.CheckAsync(after, ct);
        var ids = new List<long>();
        foreach (var job in jobs)
        {
            var isThere = held.TryGetValue(job.Inputs.InputsSha256, out var id);
            if (!isThere) id = await insert.InsertAsync(job.Spec, job.Problems, job.Inputs, closesAt, ct, job.Tags);
            if (!isThere && after is not null) await waits.AddAsync(id, after, ct);
            ids.Add(id);
        }

        var sweepId = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            InsertSweep,
            new
            {
                Name = PostgresText.Clean(sweep.Name),
                Spec = PostgresText.Clean(JsonSerializer.Serialize(sweep, ContractsJson.Default.SweepSpec)),
                Tags = SweepTags.Of(sweep.Tags).ToJson(),
            }, cancellationToken: ct));
        await connection.ExecuteAsync(
            new CommandDefinition(InsertJobs, new { SweepId = sweepId, Jobs = ids.ToArray() }, cancellationToken: ct));
        var added = ids.Except(held.Values).Count();
        await new EventLog(connection, by ?? Actor.OfProcess).OfSweepAsync(
            sweepId, Deeds.Enqueued, $"{sweep.Name}: {added} of its {ids.Count} jobs are new", ct);
        return new(sweepId, ids, added);
    }

    /// <summary>What the sweep says that its new jobs wait for; null: nothing.</summary>
    /// <exception cref="UserException">NotFound: it names a sweep that is not there.</exception>
    public async Task<JobAfter?> AfterAsync(SweepSpec sweep, CancellationToken ct)
    {
        if ((sweep.After ?? sweep.AfterAny) is not { } texts) return null;
        await using var connection = await db.OpenConnectionAsync(ct);
        var named = texts.Select(text => JobReference.Read(text)).OfType<JobReference>();
        return new(await JobReference.ResolveAsync(named, new JobWaits(connection).JobsOfSweepAsync, ct), AnyEnd: sweep.After is null);
    }

    /// <inheritdoc cref="JobWaits.CheckAsync"/>
    public async Task CheckAsync(JobAfter after, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await new JobWaits(connection).CheckAsync(after, ct);
    }

    /// <summary>Those of the jobs of which problems failed, with the number of these problems.</summary>
    public async Task<IReadOnlyList<(long JobId, int Failed)>> FailedAsync(IEnumerable<long> jobs, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<(long, int)>(
            new CommandDefinition(Failed, new { Jobs = jobs.ToArray() }, cancellationToken: ct))).AsList();
    }

    /// <summary>The sweep's jobs in the order of its spec; empty when there is no such sweep.</summary>
    public async Task<IReadOnlyList<long>> JobsAsync(long sweepId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<long>(new CommandDefinition(Jobs, new { SweepId = sweepId }, cancellationToken: ct))).AsList();
    }
}
