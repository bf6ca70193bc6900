namespace RebaseBatch.Platform.Remote;

/// <summary>An answer to <see cref="IRemoteFile.OpenAsync"/>.</summary>
/// <param name="Body">The bytes from <paramref name="Offset"/> on. Reading throws whatever its network throws.</param>
/// <param name="Offset">The byte of the file that <paramref name="Body"/> begins with: as asked for, or 0.</param>
/// <param name="Length">Of the whole file, in bytes; null when the server does not say.</param>
/// <param name="Validator">What the server calls this very content (a strong ETag); null when it calls it nothing.</param>
/// <param name="Owner">Disposed with the body; null when that is all.</param>
sealed record RemoteContent(Stream Body, long Offset, long? Length, string? Validator, IDisposable? Owner) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        Owner?.Dispose();
    }
}
