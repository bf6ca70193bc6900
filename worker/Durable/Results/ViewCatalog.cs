using Npgsql;

namespace RebaseBatch.Durable.Results;

/// <summary>Reads which views there are, and what the database's catalogue says of them: the comments in migrations/views.sql.</summary>
sealed class ViewCatalog(NpgsqlDataSource db)
{
    const string Views = """
        SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '')
        FROM pg_class c WHERE c.relkind = 'v' AND c.relname LIKE 'v\_%' AND pg_table_is_visible(c.oid)
        ORDER BY c.relname
        """;

    const string Columns = """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), coalesce(col_description(c.oid, a.attnum), '')
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'v' AND c.relname LIKE 'v\_%' AND pg_table_is_visible(c.oid) AND c.relname = $1 AND a.attnum > 0
        ORDER BY a.attnum
        """;

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<ViewEntry>> ViewsAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(Views);
        await using var row = await command.ExecuteReaderAsync(ct);
        var views = new List<ViewEntry>();
        while (await row.ReadAsync(ct)) views.Add(new(row.GetString(0), row.GetString(1)));
        return views;
    }

    /// <summary>In the view's order; none if there is no such view.</summary>
    public async Task<IReadOnlyList<ViewColumn>> ColumnsAsync(string view, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Columns);
        command.Parameters.Add(new() { Value = view });
        await using var row = await command.ExecuteReaderAsync(ct);
        var columns = new List<ViewColumn>();
        while (await row.ReadAsync(ct)) columns.Add(new(row.GetString(0), row.GetString(1), row.GetString(2)));
        return columns;
    }
}
