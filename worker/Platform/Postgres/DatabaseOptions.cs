using System.ComponentModel.DataAnnotations;
using Npgsql;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Postgres;

/// <summary>The configuration section <c>Rebase:Database</c>.</summary>
sealed class DatabaseOptions : IValidatableObject
{
    /// <summary>An Npgsql connection string; empty starts or joins a private server under the data folder.</summary>
    [Secret]
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// An Npgsql connection string of the same database, with a login that may only read the views: the queries of <c>results query</c> run
    /// under it. Not used with the private server, which has such a login.
    /// </summary>
    [Secret]
    public string ReaderConnectionString { get; set; } = "";

    /// <summary>
    /// How the program authenticates there; with <c>AzureIdentity</c> the connection string names the identity as its user, and no
    /// password.
    /// </summary>
    public DatabaseAuthentication Authentication { get; set; }

    /// <summary>Whether a command may bring the schema up to date; by default only on the private server.</summary>
    public bool? AutoMigrate { get; set; }

    /// <summary>How long a command waits for a server that is away before it gives up; <c>worker run</c> waits without end.</summary>
    [Range(0, 3600)]
    public double WaitSeconds { get; set; } = 5;

    /// <summary>
    /// The most connections for the work of this process. Unset: <see cref="ConnectionBound.OfWorker"/>, and for other commands ten.
    /// </summary>
    [Range(1, 1000)]
    public int? MaxConnections { get; set; }

    public bool IsEmbedded => ConnectionString.Length == 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsConnectionString(ConnectionString))
            yield return new(
                "is not an Npgsql connection string; write it as " +
                "'Host=db.example;Username=rebase;Password=...;Database=rebase'", [nameof(ConnectionString)]);
        else if (!IsConnectionString(ReaderConnectionString))
            yield return new(
                "is not an Npgsql connection string; write it as " +
                "'Host=db.example;Username=rebase_query;Password=...;Database=rebase'", [nameof(ReaderConnectionString)]);
        else if (Authentication is DatabaseAuthentication.AzureIdentity && Misfit(new(ConnectionString)) is { } misfit)
            yield return new(misfit, [nameof(Authentication)]);
    }

    // Npgsql would refuse a password together with the token only when it connects, and it would send a token unencrypted.
    static string? Misfit(NpgsqlConnectionStringBuilder settings) => settings switch
    {
        { Host: null } => "is AzureIdentity, and Rebase:Database:ConnectionString names no server",
        { Username: null } =>
            "is AzureIdentity, and Rebase:Database:ConnectionString names no user: write the identity's name as Username=NAME",
        { Password: not null } => "is AzureIdentity, and Rebase:Database:ConnectionString holds a password: remove one of the two",
        { SslMode: SslMode.Disable or SslMode.Allow or SslMode.Prefer } =>
            "is AzureIdentity, and a token must be sent encrypted: add 'SSL Mode=VerifyFull' to Rebase:Database:ConnectionString",
        _ => null,
    };

    static bool IsConnectionString(string text)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder(text);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
