using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>The connection pools of a worker. None of them waits for another one.</summary>
/// <param name="Leases">Only for the renewal of leases and the news of jobs.</param>
/// <param name="Pages">Only for people: the page and its reports.</param>
sealed record ConnectionPools(NpgsqlDataSource Work, NpgsqlDataSource Leases, NpgsqlDataSource Pages);
