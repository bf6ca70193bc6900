namespace RebaseBatch.Contracts;

/// <summary>
/// How a job names a model: by a name that its workers know, by a path, or by an http or https address that states the file's SHA-256 (of a
/// split model the address of its first part and the SHA-256 of each part, with commas between them).
/// </summary>
public static class ModelReference
{
    const string Mark = "#sha256=";

    /// <summary>
    /// Why a job can't name a model this way; empty when it can. The text does not repeat the address, which may hold a secret.
    /// </summary>
    /// <param name="role">The name of the model's setting.</param>
    public static IEnumerable<string> Faults(string role, string reference)
    {
        if (!reference.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            && !reference.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) yield break;
        if (reference.Contains('?', StringComparison.Ordinal))
            yield return $"{role}: the address of the model has a query, which may be a signature and would be stored with the job: "
                + "leave it out and set the account in Rebase:Blobs, or name an entry of Rebase:Models that holds the address";
        else if (!Uri.TryCreate(reference, UriKind.Absolute, out var uri))
            yield return $"{role}: the address of the model is not valid: "
                + $"write it as https://host/folder/model.gguf{Mark} and 64 hex digits";
        else if (uri.UserInfo.Length > 0)
            yield return $"{role}: the address of the model holds a user or a password, which would be stored with the job: leave it out";
        else if (!(uri.Fragment.StartsWith(Mark, StringComparison.OrdinalIgnoreCase)
            && uri.Fragment[Mark.Length..].Split(',').All(hash => hash.Length == 64 && hash.All(char.IsAsciiHexDigit))))
            yield return $"{role}: the address of a model must end with the SHA-256 of its file: add {Mark} and 64 hex digits";
    }
}
