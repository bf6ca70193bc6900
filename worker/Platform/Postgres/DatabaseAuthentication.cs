namespace RebaseBatch.Platform.Postgres;

/// <summary>How the program authenticates at a configured database server.</summary>
enum DatabaseAuthentication
{
    /// <summary>As the connection string says: with a password, a certificate or trust.</summary>
    Password,

    /// <summary>
    /// With a token of the environment's identity (<c>DefaultAzureCredential</c>): Azure Database for PostgreSQL accepts it as the
    /// password.
    /// </summary>
    AzureIdentity,
}
