using Npgsql;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>Where the private server listens.</summary>
/// <param name="Host">Its socket's folder, or 127.0.0.1.</param>
/// <param name="Password">Null when the socket's folder protects the server.</param>
sealed record PostgresEndpoint(string Host, int Port, string? Password)
{
    /// <summary>The fixed port number of a unix socket; it is only a part of the file's name.</summary>
    public const int SocketPort = 5432;

    public bool HasSocket => Path.IsPathRooted(Host);

    public string SocketPath => Path.Combine(Host, $".s.PGSQL.{Port}");

    /// <summary>Settings for Npgsql. One process uses at most 20 connections, so several can share the server's 100.</summary>
    /// <param name="user">One of <see cref="PrivateRoles"/>.</param>
    public NpgsqlConnectionStringBuilder To(string database, string user) => new()
    {
        Host = Host,
        Port = Port,
        Username = user,
        Password = Password,
        Database = database,
        ApplicationName = "rebase",
        MaxPoolSize = 20,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        // Only this user reads the server's errors.
        IncludeErrorDetail = true,
    };
}
