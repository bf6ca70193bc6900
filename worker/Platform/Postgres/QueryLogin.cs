using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// The login under which users' queries run. It may read the views and nothing else, so that no SQL can undo the confinement: there is no
/// other role that it may take on.
/// </summary>
static class QueryLogin
{
    /// <summary>The name in the sentences about a missing login.</summary>
    const string Name = "rebase_query";

    const string Attributes =
        "LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 8";

    /// <summary>The statements with which an administrator of the server makes the login.</summary>
    const string Statements = $"CREATE ROLE {Name} {Attributes} PASSWORD '...'; ALTER ROLE {Name} SET default_transaction_read_only = on; "
        + $"ALTER ROLE {Name} SET statement_timeout = '1h'; ALTER ROLE {Name} SET idle_in_transaction_session_timeout = '1min'";

    /// <summary>What a user does who has no such login.</summary>
    public const string WayOut = $"run as an administrator of the server \"{Statements}\", set "
        + $"Rebase:Database:ReaderConnectionString to the database's connection string with Username={Name} and that password, and run "
        + "'rebase db migrate'";

    // NULL when there is nothing to grant. The views of other owners are theirs to grant.
    const string MissingGrants = """
        SELECT format('GRANT SELECT ON %s TO %I', string_agg(oid::regclass::text, ', ' ORDER BY oid), @login)
            || CASE WHEN has_schema_privilege(@login, current_schema(), 'USAGE') THEN ''
                ELSE format('; GRANT USAGE ON SCHEMA %I TO %I', current_schema(), @login) END
        FROM pg_class
        WHERE relkind = 'v' AND relnamespace = current_schema()::regnamespace AND relname LIKE 'v\_%' AND pg_has_role(relowner, 'USAGE')
            AND NOT has_table_privilege(@login, oid, 'SELECT')
        HAVING count(*) > 0
        """;

    // NULL where everybody has lost it already, or where another user owns the database.
    const string TemporaryTables = """
        SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', datname) FROM pg_database
        WHERE datname = current_database() AND pg_has_role(datdba, 'USAGE') AND has_database_privilege(@login, oid, 'TEMPORARY')
        """;

    const string MayCreate = """
        SELECT to_regrole(quote_ident(@login)) IS NULL, (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)
        """;

    // What lets a login do more than read the views, as the login itself sees it.
    const string Excess = """
        SELECT CASE
            WHEN rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls THEN
                'it is a superuser, or may create roles or databases, or may replicate'
            WHEN pg_has_role(r.oid, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER')
                THEN 'it is the owner of the database, or may become the owner'
            WHEN (SELECT count(*) FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                WHERE m.member = r.oid AND g.rolname <> 'rebase_reader') > 0 THEN 'it is a member of other roles'
            WHEN EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v')
                AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') OR c.relname IN ('jobs', 'nodes', 'answers')
                    AND has_table_privilege(c.oid, 'SELECT'))) THEN 'it has rights on the tables'
            END
        FROM pg_roles r WHERE rolname = session_user
        """;

    /// <summary>Why the login of a connection must not run users' queries; null when it may.</summary>
    public static Task<string?> ExcessAsync(NpgsqlConnection reader, CancellationToken ct) =>
        reader.ExecuteScalarAsync<string?>(new(Excess, cancellationToken: ct));

    /// <summary>
    /// Lets a login read the views, and takes temporary tables from everybody but the owner if the owner is asking. Does nothing when there
    /// is nothing to do.
    /// </summary>
    /// <exception cref="PostgresException">There is no such login, or this user may not grant.</exception>
    public static async Task GrantAsync(NpgsqlConnection owner, string login, CancellationToken ct)
    {
        foreach (var ask in (string[])[MissingGrants, TemporaryTables])
        {
            if (await owner.ExecuteScalarAsync<string?>(new(ask, new { login }, cancellationToken: ct)) is { } grant)
                await owner.ExecuteAsync(new(grant, cancellationToken: ct));
        }
    }

    /// <summary>Makes the login that the connection string names, if it is missing and this user may.</summary>
    /// <returns>False: it is missing still.</returns>
    public static async Task<bool> CreateAsync(NpgsqlConnection owner, NpgsqlConnectionStringBuilder reader, CancellationToken ct)
    {
        var (isMissing, may) = await owner.QuerySingleAsync<(bool, bool)>(new(MayCreate, new { login = reader.Username },
            cancellationToken: ct));
        if (!isMissing) return true;
        if (!may || reader.Password is not { Length: > 0 } password) return false;
        var name = $"\"{reader.Username!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        // The verifier in place of the password: the server may log the statement.
        await owner.ExecuteAsync(new($"""
            CREATE ROLE {name} {Attributes} PASSWORD '{Verifier(password, RandomNumberGenerator.GetBytes(16))}';
            ALTER ROLE {name} SET default_transaction_read_only = on;
            ALTER ROLE {name} SET statement_timeout = '1h';
            ALTER ROLE {name} SET idle_in_transaction_session_timeout = '1min';
            """, cancellationToken: ct));
        return true;
    }

    /// <summary>What PostgreSQL stores of a password: RFC 5803 with its own iteration count, of an ASCII password.</summary>
    internal static string Verifier(string password, byte[] salt)
    {
        const int iterations = 4096;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
