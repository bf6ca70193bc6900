using System.ComponentModel.DataAnnotations;
using Npgsql;
using RebaseBatch.Formatting;

namespace RebaseBatch.Hosting;

/// <summary>The configuration section <c>Rebase:Database</c>.</summary>
sealed class DatabaseOptions : IValidatableObject
{
    /// <summary>An Npgsql connection string; empty starts or joins a private server under the data folder.</summary>
    [Secret]
    public string ConnectionString { get; set; } = "";

    /// <summary>Whether a command may bring the schema up to date; by default only on the private server.</summary>
    public bool? AutoMigrate { get; set; }

    /// <summary>How long a command waits for a server that is away before it gives up; <c>worker run</c> waits without end.</summary>
    [Range(0, 3600)]
    public double WaitSeconds { get; set; } = 5;

    public bool IsEmbedded => ConnectionString.Length == 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsConnectionString(ConnectionString))
            yield return new("is no Npgsql connection string; write it as 'Host=db.example;Username=rebase;Password=...;Database=rebase'", [nameof(ConnectionString)]);
    }

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
