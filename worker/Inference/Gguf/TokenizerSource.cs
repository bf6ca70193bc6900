using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Inference.Gguf;

/// <summary>A tokenizer.json and the files beside it that say more of its tokens.</summary>
/// <param name="Path">Of the tokenizer.json.</param>
/// <param name="Files">The files' contents, UTF-8, by their names; those that are not there are missing.</param>
sealed record TokenizerSource(string Path, IReadOnlyDictionary<string, byte[]> Files)
{
    public const string Tokenizer = "tokenizer.json", Configuration = "tokenizer_config.json", Generation = "generation_config.json",
        Model = "config.json", Template = "chat_template.jinja";

    // The largest published ones have 35 MB.
    const long MostBytes = 256 << 20;

    /// <exception cref="UserException">The tokenizer.json is missing, or a file is unreadable or too large.</exception>
    public static async Task<TokenizerSource> ReadAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path)) throw new UserException(ExitCode.NotFound, $"the tokenizer {path} does not exist");
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var files = new Dictionary<string, byte[]> { [Tokenizer] = await ContentAsync(path, ct) };
        foreach (var name in (string[])[Configuration, Generation, Model, Template])
        {
            var beside = System.IO.Path.Combine(folder, name);
            if (File.Exists(beside)) files[name] = await ContentAsync(beside, ct);
        }

        return new(path, files);
    }

    /// <summary>SHA-256 over the names and contents of all files, and over the version of the conversion; lower-case hex.</summary>
    public string Hash(int version)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(version));
        foreach (var (name, content) in Files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(SHA256.HashData(content));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The root of a file; null when it is not there.</summary>
    /// <exception cref="UserException">It is no JSON object.</exception>
    public JsonElement? Read(string name)
    {
        if (!Files.TryGetValue(name, out var content)) return null;
        try
        {
            var root = JsonElement.Parse(content);
            if (root.ValueKind is JsonValueKind.Object) return root;
        }
        catch (JsonException e)
        {
            throw new UserException(ExitCode.ModelUnusable, $"{name} of the tokenizer {Path} is no JSON: {e.Message}", e);
        }

        throw new UserException(ExitCode.ModelUnusable, $"{name} of the tokenizer {Path} is no JSON object");
    }

    static async Task<byte[]> ContentAsync(string path, CancellationToken ct)
    {
        try
        {
            if (SpecialFile.FaultOf(path) is { } fault) throw new UserException(ExitCode.BadInput, $"{path} {fault}");
            if (new FileInfo(path).Length > MostBytes)
            {
                throw new UserException(
                    ExitCode.ModelUnusable, $"{path} has more than {MostBytes >> 20} MiB, and no tokenizer has: name another file");
            }

            return await File.ReadAllBytesAsync(path, ct);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserException(ExitCode.NoPermission, $"{path} can't be read: {e.Message}", e);
        }
    }
}
