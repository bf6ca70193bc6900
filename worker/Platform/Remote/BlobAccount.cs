using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace RebaseBatch.Platform.Remote;

/// <summary>The Azure Storage account of the configuration: its clients, and which URIs belong to it. Thread-safe.</summary>
sealed class BlobAccount
{
    readonly BlobServiceClient _client;
    readonly Uri _root;

    /// <param name="credential">For an account that needs an identity; by default the environment's identity.</param>
    /// <param name="retries">Retries of each call, over about ten seconds: callers have their own policy for longer outages.</param>
    /// <exception cref="FormatException">The connection string can't be read as one.</exception>
    public BlobAccount(BlobOptions options, TokenCredential? credential = null, int retries = 3)
    {
        var transport = Transport(retries);
        _client = options.ConnectionString.Length > 0
            ? new(options.ConnectionString, transport)
            : new(new(options.ServiceUri), credential ?? new DefaultAzureCredential(), transport);
        _root = new(_client.Uri.AbsoluteUri.TrimEnd('/') + '/');
    }

    /// <summary>The configured account; null if none is configured.</summary>
    public static BlobAccount? Of(BlobOptions options) => options.IsSet ? new(options) : null;

    // One call gets a minute, because the largest result files have about ten megabytes.
    // A version that every region and Azurite (3.35 or later) knows: the package's newest is ahead of both.
    static BlobClientOptions Transport(int retries) => new(BlobClientOptions.ServiceVersion.V2025_11_05)
    {
        Retry = { Mode = RetryMode.Exponential, MaxRetries = retries, Delay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(8),
            NetworkTimeout = TimeSpan.FromSeconds(60) },
        Diagnostics = { IsLoggingEnabled = false },
    };

    /// <summary>The account's blob endpoint, without any signature.</summary>
    public Uri Endpoint => _root;

    public BlobContainerClient Container(string name) => _client.GetBlobContainerClient(name);

    /// <summary>Whether the URI lies in this account, so that the account's credentials can read it.</summary>
    public bool Owns(Uri uri) => uri.IsAbsoluteUri && _root.IsBaseOf(uri) && uri.Query.Length == 0;

    /// <param name="uri">The URI of a blob that the account <see cref="Owns"/>: endpoint, container, name.</param>
    /// <exception cref="ArgumentException">It names no blob in this account.</exception>
    public BlobClient BlobOf(Uri uri)
    {
        var path = Owns(uri) ? Uri.UnescapeDataString(_root.MakeRelativeUri(uri).OriginalString.Split('#')[0]) : "";
        return path.Split('/', 2) is [{ Length: > 0 } container, { Length: > 0 } name]
            ? Container(container).GetBlobClient(name)
            : throw new ArgumentException($"'{uri.GetLeftPart(UriPartial.Path)}' names no blob of {_root}", nameof(uri));
    }
}
