using Npgsql;

namespace RebaseBatch.Durable.Results;

/// <summary>A view that is being read.</summary>
/// <param name="Reader">Its rows, whose values are texts as PostgreSQL writes them, with times in UTC.</param>
/// <param name="Added">Columns beyond those of the reader.</param>
/// <param name="Comment">What the view has a row for.</param>
/// <param name="ColumnComments">By name, those of the added columns included.</param>
sealed record ExportedView(
    NpgsqlDataReader Reader, IReadOnlyList<AddedColumn> Added, string Comment, IReadOnlyDictionary<string, string> ColumnComments);
