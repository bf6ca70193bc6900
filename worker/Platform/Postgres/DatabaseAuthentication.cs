namespace RebaseBatch.Platform.Postgres;

/// <summary>How a configured database server is entered.</summary>
enum DatabaseAuthentication
{
    /// <summary>By what the connection string says: a password, a certificate or trust.</summary>
    Password,

    /// <summary>By a token of the identity that the environment gives (<c>DefaultAzureCredential</c>), as Azure Database for PostgreSQL takes it for a password.</summary>
    AzureIdentity,
}
