using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>The columns of many rows as parameters of one statement.</summary>
static class ArrayColumns
{
    /// <summary>Their names, for a list of columns.</summary>
    public static string Names<TRow>(IEnumerable<ArrayColumn<TRow>> columns) => string.Join(", ", columns.Select(column => column.Name));

    /// <summary>As <see cref="Names"/>, from a table with this alias.</summary>
    public static string NamesIn<TRow>(IEnumerable<ArrayColumn<TRow>> columns, string alias) =>
        string.Join(", ", columns.Select(column => $"{alias}.{column.Name}"));

    /// <summary>Their parameters, cast, for <c>unnest</c>.</summary>
    /// <param name="first">Number of the first parameter.</param>
    public static string Arrays<TRow>(IEnumerable<ArrayColumn<TRow>> columns, int first) =>
        string.Join(", ", columns.Select((column, i) => $"${first + i}::{column.Type}[]"));

    /// <summary>Adds the rows to the statement, a parameter for each column.</summary>
    public static void Add<TRow>(this NpgsqlBatchCommand statement, IEnumerable<ArrayColumn<TRow>> columns, IReadOnlyList<TRow> rows)
    {
        foreach (var column in columns) statement.Parameters.Add(column.Write(rows));
    }
}
