using Npgsql;

namespace RebaseBatch.Commands.Db;

/// <summary>
/// An Npgsql connection string in the words of libpq, which psql uses. It is given to psql in variables: everybody on the machine can read
/// a command line.
/// </summary>
static class PsqlConnection
{
    const string Password = "PGPASSWORD";

    // Of the user's environment: with these psql would connect to another server.
    static readonly string[] s_foreign = ["PGSERVICE", "PGSERVICEFILE", "PGHOSTADDR", "PGTARGETSESSIONATTRS"];

    // Variable, and the keyword of a connection string.
    static readonly (string Variable, string Keyword, Func<NpgsqlConnectionStringBuilder, string?> Value)[] s_settings =
    [
        ("PGHOST", "host", login => login.Host),
        ("PGPORT", "port", login => $"{login.Port}"),
        ("PGUSER", "user", login => login.Username),
        ("PGDATABASE", "dbname", login => login.Database),
        (Password, "password", login => login.Password),
        ("PGPASSFILE", "passfile", login => login.Passfile),
        ("PGSSLMODE", "sslmode", login => Mode(login.SslMode)),
        ("PGSSLROOTCERT", "sslrootcert", login => login.RootCertificate),
        ("PGSSLCERT", "sslcert", login => login.SslCertificate),
        ("PGSSLKEY", "sslkey", login => login.SslKey),
        ("PGOPTIONS", "options", login => login.Options),
    ];

    /// <summary>Variables to set, and with null those to remove.</summary>
    public static IEnumerable<(string Name, string? Value)> Variables(NpgsqlConnectionStringBuilder login) =>
    [
        .. s_foreign.Select(name => (name, (string?)null)),
        .. s_settings.Where(setting => setting.Value(login) is { Length: > 0 }).Select(setting => (setting.Variable, setting.Value(login))),
    ];

    /// <summary>The connection as psql takes it in one argument.</summary>
    public static string Text(NpgsqlConnectionStringBuilder login, bool withPassword) => string.Join(' ',
        from setting in s_settings
        where withPassword || setting.Variable != Password
        let value = setting.Value(login)
        where value is { Length: > 0 }
        select $"{setting.Keyword}={Quoted(value)}");

    static string Quoted(string value) => value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '/')
        ? value
        : $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    static string Mode(SslMode mode) => mode switch
    {
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => $"{mode}".ToLowerInvariant(),
    };
}
