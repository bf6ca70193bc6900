using System.ComponentModel.DataAnnotations;
using Azure.Storage.Blobs;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Remote;

/// <summary>The configuration section <c>Rebase:Blobs</c>: the Azure Storage account of results, datasets and models.</summary>
sealed class BlobOptions : IValidatableObject
{
    /// <summary>
    /// The account's blob endpoint, such as <c>https://NAME.blob.core.windows.net</c>, used with the environment's identity
    /// (<c>DefaultAzureCredential</c>).
    /// </summary>
    public string ServiceUri { get; set; } = "";

    /// <summary>A connection string instead, for an emulator or an account without identities.</summary>
    [Secret]
    public string ConnectionString { get; set; } = "";

    public bool IsSet => ServiceUri.Length > 0 || ConnectionString.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ServiceUri.Length > 0 && ConnectionString.Length > 0)
            yield return new("is set together with ConnectionString: keep only one of them", [nameof(ServiceUri)]);
        if (ServiceUri.Length > 0
            && !(Uri.TryCreate(ServiceUri, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.Query.Length == 0))
            yield return new(
                $"'{MaskedUri.Of(ServiceUri)}' is not a blob endpoint; write it as " +
                "https://NAME.blob.core.windows.net, without a signature", [nameof(ServiceUri)]);
        if (ConnectionString.Length > 0 && !IsConnectionString(ConnectionString))
            yield return new(
                "is not a connection string of a storage account; the portal shows one under Access keys", [nameof(ConnectionString)]);
    }

    static bool IsConnectionString(string text)
    {
        try
        {
            _ = new BlobServiceClient(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
