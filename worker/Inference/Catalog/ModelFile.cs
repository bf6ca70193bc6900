using RebaseBatch.Inference.Gguf;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Inference.Catalog;

/// <summary>A file of a model: on this machine, or at an address from which it is fetched once.</summary>
sealed record ModelFile
{
    // A fetched file's name ends with it, so that people can tell the files in the cache's folder apart.
    readonly string _extension;

    ModelFile(string? path, RemoteUri? uri, string? sha256, string extension) =>
        (Path, Uri, Sha256, _extension) = (path, uri, sha256, extension);

    /// <summary>Its path on this machine; null while only its address is known.</summary>
    public string? Path { get; }

    /// <summary>The address that it is fetched from; null for a file of this machine.</summary>
    public RemoteUri? Uri { get; }

    /// <summary>
    /// SHA-256 that its content must have, lower-case hex. Null when none was stated; a file at an address always has one.
    /// </summary>
    public string? Sha256 { get; }

    /// <param name="location">A path, or an http or https address that may state the SHA-256 in its fragment.</param>
    /// <param name="sha256">The SHA-256 that is stated outside the address; null or empty when there is none.</param>
    /// <param name="extension">The extension of the file type, with the dot.</param>
    /// <param name="name">What the file belongs to, for error sentences: for example "the model 'prm'".</param>
    /// <param name="wayOut">How to state a SHA-256 that is missing.</param>
    /// <exception cref="UserException">
    /// BadInput: the SHA-256 is missing, is not 64 hex digits, or is stated twice with different values.
    /// </exception>
    public static ModelFile Of(string location, string? sha256, string extension, string name, string wayOut)
    {
        var stated = string.IsNullOrEmpty(sha256) ? null : sha256.ToLowerInvariant();
        if (stated is not null && !RemoteUri.IsSha256(stated))
            throw new UserException(ExitCode.BadInput, $"{name} states the SHA-256 '{sha256}', which is not 64 hex digits");
        if (!RemoteUri.Is(location)) return new(location, null, stated, extension);
        var uri = RemoteUri.Parse(location);
        if (stated is not null && uri.Sha256 is not null && stated != uri.Sha256)
            throw new UserException(ExitCode.BadInput, $"{name} states two SHA-256 values, {stated} and {uri.Sha256}: keep the right one");
        var sha = stated ?? uri.Sha256
            ?? throw new UserException(ExitCode.BadInput, $"{name} comes from {uri}, and its SHA-256 is not stated: {wayOut}");
        return new(null, uri, sha, extension);
    }

    /// <summary>The same file with its path, if it is on this machine or in the cache.</summary>
    public ModelFile In(ModelCache cache) => Path is null && cache.PathOf(Sha256!, _extension) is var path && File.Exists(path)
        ? At(path) : this;

    /// <summary>The same file, fetched if it is not on this machine.</summary>
    /// <exception cref="UserException">It can't be fetched.</exception>
    public async Task<ModelFile> FetchAsync(ModelCache cache, CancellationToken ct) =>
        Path is null ? At(await cache.FetchAsync(Uri!, Sha256!, _extension, ct)) : this;

    /// <summary>SHA-256 of the model: computed for a file on this machine, as stated for a file at an address. Fetches nothing.</summary>
    /// <exception cref="UserException">The file is missing, is not a model, or has another SHA-256 than stated.</exception>
    public async Task<string> HashAsync(CancellationToken ct)
    {
        if (Path is null) return Sha256!;
        GgufFile.Check(Path);
        var hash = await ModelIdentity.HashAsync(Path, ct);
        return Sha256 is null || hash == Sha256 ? hash : throw new UserException(ExitCode.ModelUnusable, Uri is null
            ? $"the model file {Path} is not the stated one: its SHA-256 is {hash}, and {Sha256} was stated"
            : $"the model file {Path} has changed since it was fetched: its SHA-256 is {hash}; delete it, and the worker fetches it again");
    }

    /// <summary>Changes when the file on this machine changes, appears or vanishes; empty while only its address is known.</summary>
    public string Stamp() => Path is null ? "" : new FileInfo(Path) is { Exists: true } file
        ? FormattableString.Invariant($"{file.Length}/{file.LastWriteTimeUtc.Ticks}/{IsReadable(Path)}") : "missing";

    // A changed permission leaves length and time as they are.
    static bool IsReadable(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    ModelFile At(string path) => new(path, Uri, Sha256, _extension);

    /// <summary>The path, or the address without its secrets.</summary>
    public override string ToString() => Uri?.ToString() ?? Path!;
}
