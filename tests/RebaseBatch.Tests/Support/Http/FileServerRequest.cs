namespace RebaseBatch.Tests.Support.Http;

/// <summary>What a <see cref="FileServer"/> was asked.</summary>
sealed record FileServerRequest(string Path, string? Range, string? IfRange)
{
    long _sent;

    /// <summary>Bytes of the file that were sent in answer.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public void Count(int bytes) => Interlocked.Add(ref _sent, bytes);
}
