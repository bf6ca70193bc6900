using Npgsql;

namespace RebaseBatch.Durable.Results;

/// <summary>A column that the program adds to the rows of a view, true, false or null in each.</summary>
/// <param name="Comment">As the comments of the view's own columns.</param>
/// <param name="Value">Of the reader's current row, whose values are texts.</param>
sealed record AddedColumn(string Name, string Comment, Func<NpgsqlDataReader, bool?> Value);
