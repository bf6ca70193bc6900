using Azure.Core;
using Azure.Identity;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Remote;

/// <summary>
/// The bearer token that a model's servers get: the entry's key, or a token of the process's Azure identity, which is asked for again
/// before it expires. Thread-safe.
/// </summary>
/// <param name="name">The model as jobs name it.</param>
sealed class RemoteKey(RemoteModel model, string name, bool isReward, TimeProvider time, TokenCredential? identity = null) : IDisposable
{
    // Longer than a request may wait on its way, and far shorter than the hour that tokens live.
    static readonly TimeSpan s_margin = TimeSpan.FromMinutes(5);

    // A secret from a file often ends with a line break, which no header may have.
    readonly string? _key = model.ApiKey?.Trim() is { Length: > 0 } key ? key : null;

    readonly TokenCredential? _identity = model.IdentityScope is null ? null : identity ?? new DefaultAzureCredential();
    readonly SemaphoreSlim _renewal = new(1);
    AccessToken? _token;

    /// <summary>The newest one, which no sentence may show; null without any.</summary>
    public string? Newest => _key ?? _token?.Token;

    /// <returns>Null: the servers get none.</returns>
    /// <exception cref="MachineFaultException">The identity has no token for the scope.</exception>
    public ValueTask<string?> GetAsync(CancellationToken ct) =>
        _identity is null || Fresh is not null ? new(_key ?? Fresh) : RenewedAsync(_identity, ct);

    public void Dispose() => _renewal.Dispose();

    string? Fresh => _token is { } token && token.ExpiresOn - s_margin > time.GetUtcNow() ? token.Token : null;

    async ValueTask<string?> RenewedAsync(TokenCredential credential, CancellationToken ct)
    {
        // Hundreds of requests find the same token too old at once, and one of them asks.
        await _renewal.WaitAsync(ct);
        try
        {
            if (Fresh is { } other) return other;
            var token = await credential.GetTokenAsync(new([model.IdentityScope!]), ct);
            _token = token;
            return token.Token;
        }
        catch (AuthenticationFailedException e)
        {
            throw new MachineFaultException(name,
                $"the Azure identity of this process has no token for '{model.IdentityScope}', the scope of the model '{name}' "
                    + $"({FirstLine(e.Message)}): give the machine an identity, or correct Rebase:Models:{name}:IdentityScope", e)
            {
                IsReward = isReward,
            };
        }
        finally
        {
            _renewal.Release();
        }
    }

    static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
