using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>The fields of a line that a problem may be made of. Columns of a Parquet file with other names are not read.</summary>
static class KnownFields
{
    // Of an OpenAI line, and ids and levels.
    static readonly string[] s_others =
        ["custom_id", "question_id", "unique_id", "level", "method", "url", "messages"];

    static readonly HashSet<string> s_names = new(
        ((IEnumerable<string>)[.. Questions.Names, .. Golds.Names, .. ChoiceFields.Names, .. Choices.Names, .. Families.Names, .. s_others])
            .SelectMany(path => new[] { path, First(path) }),
        StringComparer.OrdinalIgnoreCase);

    /// <param name="name">Of a field of the line itself, not of an object in it.</param>
    /// <param name="named">The fields that the user names.</param>
    public static bool Has(string name, DatasetFields named) => s_names.Contains(name)
        || new[] { named.Question, named.Answer, named.Id, named.Level }.OfType<string>()
            .Any(path => Is(name, path) || Is(name, First(path)));

    static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    static string First(string path) => path.Split('.')[0];
}
