namespace RebaseBatch.Platform.Remote;

/// <summary>Addresses that people have for datasets and that this program has no client for.</summary>
static class ForeignAddress
{
    const string HubDatasets = "datasets/";

    /// <returns>A sentence that says which address to use; null when the text is a path, or an http or https address.</returns>
    public static string? WayOut(string text)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        // One letter is a disk.
        if (end < 2 || RemoteUri.Is(text) || !text[..end].All(char.IsAsciiLetterOrDigit)) return null;
        var rest = text[(end + 3)..];
        var way = text[..end].ToLowerInvariant() switch
        {
            "hf" => $"give the file's https address, such as {Hub(rest)}",
            "s3" or "s3a" => "give a presigned https address, which 'aws s3 presign' makes",
            "gs" => "give a signed https address, which 'gcloud storage sign-url' makes",
            "file" => $"give the path {rest}",
            _ => "give an https address or a path",
        };
        return $"{text} can't be read, because the program has no client for such addresses: {way}";
    }

    /// <summary>hf://datasets/OWNER/NAME[@REVISION]/PATH is a file of the hub, which serves it at .../resolve/REVISION/PATH.</summary>
    static string Hub(string rest)
    {
        var parts = (rest.StartsWith(HubDatasets, StringComparison.Ordinal) ? rest[HubDatasets.Length..] : rest).Split('/', 3);
        if (parts is not [{ Length: > 0 } owner, { Length: > 0 } name, { Length: > 0 } path])
            return "https://huggingface.co/datasets/OWNER/NAME/resolve/main/FILE";
        var (bare, revision) = name.Split('@', 2) is [var first, var second] ? (first, second) : (name, "main");
        return $"https://huggingface.co/datasets/{owner}/{bare}/resolve/{revision}/{path}";
    }
}
