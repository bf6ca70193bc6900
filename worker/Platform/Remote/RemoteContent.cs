namespace RebaseBatch.Platform.Remote;

/// <summary>An answer to <see cref="IRemoteFile.OpenAsync"/>.</summary>
/// <param name="Body">The bytes from <paramref name="Offset"/> on. Reading throws the exceptions of the network client.</param>
/// <param name="Offset">The byte of the file that <paramref name="Body"/> begins with: the requested byte, or 0.</param>
/// <param name="Length">Bytes of the whole file; null when the server does not say.</param>
/// <param name="Validator">The server's name for exactly this content (a strong ETag); null when it gives none.</param>
/// <param name="Owner">Disposed together with the body; null when there is nothing else to dispose.</param>
sealed record RemoteContent(Stream Body, long Offset, long? Length, string? Validator, IDisposable? Owner) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        Owner?.Dispose();
    }
}
