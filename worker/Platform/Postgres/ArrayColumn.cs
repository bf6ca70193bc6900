using Npgsql;
using NpgsqlTypes;

namespace RebaseBatch.Platform.Postgres;

/// <summary>How a statement takes one column of many rows: as an array parameter for <c>unnest</c>.</summary>
/// <param name="Type">The column's type in SQL.</param>
/// <param name="Write">The column of all rows, as one parameter without a name.</param>
sealed record ArrayColumn<TRow>(string Name, string Type, Func<IReadOnlyList<TRow>, NpgsqlParameter> Write)
{
    public static ArrayColumn<TRow> Of<T>(string name, string type, NpgsqlDbType parameter, Func<TRow, T> value) => new(name, type, rows =>
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++) values[i] = value(rows[i]);
        return new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | parameter, TypedValue = values };
    });
}
