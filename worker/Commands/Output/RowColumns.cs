using Npgsql;
using RebaseBatch.Durable.Results;

namespace RebaseBatch.Commands.Output;

/// <summary>
/// The columns of a query whose values are texts as PostgreSQL writes them, and columns that the program adds. <see cref="Text"/> is of the
/// reader's current row.
/// </summary>
sealed class RowColumns(NpgsqlDataReader reader, IReadOnlyList<AddedColumn> added)
{
    public IReadOnlyList<string> Names { get; } =
        [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName), .. added.Select(column => column.Name)];

    public IReadOnlyList<RowKind> Kinds { get; } =
    [
        .. Enumerable.Range(0, reader.FieldCount).Select(i => KindOf(reader.GetPostgresType(i).InternalName)),
        .. added.Select(_ => RowKind.Truth),
    ];

    public int Count => Names.Count;

    /// <returns>Null for SQL's null; true and false in words, times as <see cref="RowKind.Time"/>.</returns>
    public string? Text(int column)
    {
        if (column >= reader.FieldCount) return added[column - reader.FieldCount].Value(reader) switch
        {
            true => "true",
            false => "false",
            null => null,
        };
        if (reader.IsDBNull(column)) return null;
        var text = reader.GetString(column);
        return Kinds[column] switch
        {
            RowKind.Truth => text == "t" ? "true" : "false",
            RowKind.Time when text.EndsWith("+00", StringComparison.Ordinal) => $"{text[..^3].Replace(' ', 'T')}Z",
            _ => text,
        };
    }

    static RowKind KindOf(string type) => type switch
    {
        "int2" or "int4" or "int8" or "oid" => RowKind.Integer,
        "float4" or "float8" or "numeric" => RowKind.Number,
        "bool" => RowKind.Truth,
        "json" or "jsonb" => RowKind.Json,
        "timestamptz" => RowKind.Time,
        _ => RowKind.Text,
    };
}
