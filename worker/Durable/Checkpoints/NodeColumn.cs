using Npgsql;
using NpgsqlTypes;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>How a checkpoint writes one column of the table <c>nodes</c>.</summary>
/// <param name="Type">The column's type in SQL.</param>
/// <param name="Write">The column of all steps of a checkpoint, as one array parameter without a name.</param>
sealed record NodeColumn(string Name, string Type, Func<IReadOnlyList<CheckpointEntry>, NpgsqlParameter> Write)
{
    public static NodeColumn Of<T>(string name, string type, NpgsqlDbType parameter, Func<CheckpointEntry, T> value) =>
        new(name, type, entries => new NpgsqlParameter<T[]>
        {
            NpgsqlDbType = NpgsqlDbType.Array | parameter, TypedValue = [.. entries.Select(value)],
        });
}
