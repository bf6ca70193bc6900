using System.Globalization;
using System.Text;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Inference.Catalog;

/// <summary>
/// A file of a model, or all parts of a split one: on this machine, or at an address from which it is fetched once.
/// </summary>
sealed record ModelFile
{
    // A fetched file's name ends with it, so that people can tell the files in the cache's folder apart.
    readonly string _extension;

    // What was stated: nothing, a SHA-256, or one for each part, with commas between them.
    readonly string? _stated;

    ModelFile(string? path, RemoteUri? uri, string? stated, string extension) =>
        (Path, Uri, _stated, _extension) = (path, uri, stated, extension);

    /// <summary>Its path on this machine, of a split model that of the first part; null while only its address is known.</summary>
    public string? Path { get; }

    /// <summary>The address that it is fetched from, of a split model that of the first part; null for a file of this machine.</summary>
    public RemoteUri? Uri { get; }

    /// <summary>
    /// SHA-256 that it must have, of a split model that of all parts (<see cref="ModelIdentity.OfParts"/>), lower-case hex. Null when none
    /// was stated; a file at an address always has one.
    /// </summary>
    public string? Sha256 => _stated is null ? null : ModelIdentity.OfParts(Parts);

    string[] Parts => _stated?.Split(',') ?? [];

    /// <param name="location">A path, or an http or https address that may state the SHA-256 in its fragment.</param>
    /// <param name="sha256">
    /// The SHA-256 that is stated outside the address, of a split model one for each part with commas between them; null or empty when
    /// there is none.
    /// </param>
    /// <param name="extension">The extension of the file type, with the dot.</param>
    /// <param name="name">What the file belongs to, for error sentences: for example "the model 'prm'".</param>
    /// <param name="wayOut">How to state a SHA-256 that is missing.</param>
    /// <exception cref="UserException">
    /// BadInput: a SHA-256 is missing, is not 64 hex digits, or is stated twice with different values.
    /// </exception>
    public static ModelFile Of(string location, string? sha256, string extension, string name, string wayOut)
    {
        var stated = string.IsNullOrWhiteSpace(sha256)
            ? null : string.Join(',', sha256.Split(',', StringSplitOptions.TrimEntries)).ToLowerInvariant();
        if (stated is not null && !stated.Split(',').All(RemoteUri.IsSha256))
            throw new UserException(ExitCode.BadInput, $"{name} states the SHA-256 '{sha256}', which is not 64 hex digits (of a split "
                + "model: for each part 64 hex digits, with commas between them)");
        if (!RemoteUri.Is(location)) return new(location, null, stated, extension);
        var uri = RemoteUri.Parse(location);
        if (stated is not null && uri.Sha256 is not null && stated != uri.Sha256)
            throw new UserException(ExitCode.BadInput, $"{name} states two SHA-256 values, {stated} and {uri.Sha256}: keep the right one");
        var sha = stated ?? uri.Sha256
            ?? throw new UserException(ExitCode.BadInput, $"{name} comes from {uri}, and its SHA-256 is not stated: {wayOut}");
        var file = new ModelFile(null, uri, sha, extension);
        file.CheckParts(name);
        return file;
    }

    /// <summary>The same file with its path, if it is on this machine or in the cache.</summary>
    public ModelFile In(ModelCache cache)
    {
        if (Path is not null) return this;
        var paths = Enumerable.Range(1, Parts.Length).Select(no => cache.PathOf(Sha256!, Ending(no))).ToList();
        return paths.All(File.Exists) ? At(paths[0]) : this;
    }

    /// <summary>The same file, fetched if it is not on this machine: of a split model each part that is missing.</summary>
    /// <exception cref="UserException">It can't be fetched.</exception>
    public async Task<ModelFile> FetchAsync(ModelCache cache, CancellationToken ct)
    {
        if (Path is not null) return this;
        for (var no = 1; no <= Parts.Length; no++)
        {
            var uri = Parts.Length == 1 ? Uri! : Uri!.WithName(GgufShardName.Of(Uri.Name)!.Part(no));
            await cache.FetchAsync(uri, Parts[no - 1], Ending(no), ct, whole: Sha256);
        }

        return At(cache.PathOf(Sha256!, Ending(1)));
    }

    /// <summary>The files of the model on this machine, in their order.</summary>
    /// <exception cref="UserException">A file is missing, is not a model, or does not belong to the others.</exception>
    public IReadOnlyList<string> Files() => _extension is ".gguf" ? GgufShards.Of(Path!)
        : SpecialFile.FaultOf(Path!) is { } fault ? throw new UserException(ExitCode.BadInput, $"{Path} {fault}")
        : File.Exists(Path) ? [Path]
        : throw new UserException(ExitCode.NotFound, _extension is ".json"
            ? $"the vocabulary {Path} does not exist" : $"the file {Path} of a reward model's head does not exist");

    /// <summary>SHA-256 of the model: computed for a file on this machine, as stated for a file at an address. Fetches nothing.</summary>
    /// <exception cref="UserException">The file is missing, is not a model, or has another SHA-256 than stated.</exception>
    public async Task<string> HashAsync(CancellationToken ct)
    {
        if (Path is null) return Sha256!;
        var hashes = new List<string>();
        foreach (var file in Files()) hashes.Add(await ModelIdentity.HashAsync(file, ct));
        var hash = ModelIdentity.OfParts(hashes);
        return Sha256 is not { } stated || hash == stated || hash == _stated
            ? hash
            : throw new UserException(ExitCode.ModelUnusable, Uri is null
                ? $"the model file {Path} is not the stated one: its SHA-256 is {hash}, and {stated} was stated"
                : $"the model file {Path} has changed since it was fetched: its SHA-256 is {hash}; delete it, and the worker fetches it "
                    + "again");
    }

    /// <summary>
    /// Changes when a file of the model on this machine changes, appears or vanishes; empty while only its address is known.
    /// </summary>
    public string Stamp()
    {
        if (Path is null) return "";
        var shard = GgufShardName.Of(Path);
        var stamp = new StringBuilder();
        for (var no = 1; no <= (shard?.Count ?? 1); no++)
        {
            var file = new FileInfo(shard?.Part(no) ?? Path);
            if (!file.Exists) return stamp.Append("missing").ToString();
            stamp.Append(CultureInfo.InvariantCulture, $"{file.Length}/{file.LastWriteTimeUtc.Ticks}/{IsReadable(file)} ");
        }

        return stamp.ToString();
    }

    // A changed permission leaves length and time as they are.
    static bool IsReadable(FileInfo file)
    {
        // To open a named pipe waits for its writer.
        if (SpecialFile.FaultOf(file.FullName) is not null) return false;
        try
        {
            file.OpenRead().Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>One hash is stated for each part of a split model, and for a whole file one.</summary>
    void CheckParts(string name)
    {
        var (shard, stated) = (GgufShardName.Of(Uri!.Name), Parts.Length);
        if (shard is { Count: > 1, No: not 1 })
            throw new UserException(ExitCode.BadInput,
                $"{name} comes from {Uri}, which is part {shard.No} of a split model: name its first part, {shard.Part(1)}");
        var needed = shard?.Count ?? 1;
        if (needed == stated) return;
        throw new UserException(ExitCode.BadInput, needed == 1
            ? $"{name} comes from {Uri}, which is one file, and {stated} SHA-256 values are stated: state one"
            : $"{name} comes from {Uri}, which is the first of {needed} parts of a split model, and {stated} SHA-256 "
                + $"{(stated == 1 ? "value is" : "values are")} stated: state {needed}, one for each part in their order, with commas "
                + "between them");
    }

    string Ending(int no) => Parts.Length == 1 ? _extension : GgufShardName.Ending(no, Parts.Length);

    ModelFile At(string path) => new(path, Uri, _stated, _extension);

    /// <summary>The path, or the address without its secrets.</summary>
    public override string ToString() => Uri?.ToString() ?? Path!;
}
