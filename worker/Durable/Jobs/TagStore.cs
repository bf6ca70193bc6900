using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Changes the tags of jobs and sweeps. Each change is one statement: two at once both count.</summary>
sealed class TagStore(NpgsqlDataSource db)
{
    static readonly string s_job = ReadCommitted.Alone($"UPDATE jobs {Change} AND job_id = @Id RETURNING tags::text");
    static readonly string s_sweep = ReadCommitted.Alone($"UPDATE sweeps {Change} AND sweep_id = @Id RETURNING tags::text");

    const string Changed = "(tags - @Removed::text[]) || @Added::jsonb";
    const string Change = $"SET tags = {Changed} WHERE (SELECT count(*) FROM jsonb_object_keys({Changed})) <= @Most";

    const string Job = "SELECT tags::text FROM jobs WHERE job_id = @Id";
    const string Sweep = "SELECT tags::text FROM sweeps WHERE sweep_id = @Id";

    /// <summary>Removes the tags with these keys, then adds tags.</summary>
    /// <returns>The job's tags afterwards.</returns>
    /// <exception cref="UserException">NotFound: no such job. BadInput: they would be too many.</exception>
    public async Task<TagSet> OfJobAsync(long job, TagSet added, IReadOnlyCollection<string> removed, CancellationToken ct) =>
        await ChangeAsync(s_job, Job, job, added, removed, ct) ?? throw NotFound.Job(job);

    /// <inheritdoc cref="OfJobAsync"/>
    public async Task<TagSet> OfSweepAsync(long sweep, TagSet added, IReadOnlyCollection<string> removed, CancellationToken ct) =>
        await ChangeAsync(s_sweep, Sweep, sweep, added, removed, ct) ?? throw NotFound.Sweep(sweep);

    async Task<TagSet?> ChangeAsync(
        string change, string read, long id, TagSet added, IReadOnlyCollection<string> removed, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var parameters = new { Id = id, Added = added.ToJson(), Removed = removed.ToArray(), TagSet.Most };
        if (await ScalarAsync(change) is { } now) return TagSet.OfJson(now);
        if (await ScalarAsync(read) is not { } before) return null;
        var count = TagSet.OfJson(before).With(added).Texts.Count;
        throw new UserException(ExitCode.BadInput, TagSet.TooMany(count));

        Task<string?> ScalarAsync(string sql) =>
            connection.ExecuteScalarAsync<string?>(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }
}
