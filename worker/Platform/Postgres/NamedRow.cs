using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>The reader's current row, with columns by name.</summary>
readonly struct NamedRow(NpgsqlDataReader reader)
{
    public bool IsNull(string column) => reader.IsDBNull(reader.GetOrdinal(column));

    public T Get<T>(string column) => reader.GetFieldValue<T>(reader.GetOrdinal(column));

    public T? Optional<T>(string column) where T : struct => IsNull(column) ? null : Get<T>(column);

    public string[]? Texts(string column) => IsNull(column) ? null : Get<string[]>(column);

    public string? Text(string column) => IsNull(column) ? null : Get<string>(column);
}
