namespace RebaseBatch.Commands.Output;

/// <summary>One column of a listing, the same in every format.</summary>
/// <param name="Name">Key in JSON and CSV, in snake_case. The heading for people has spaces instead.</param>
/// <param name="Value">A number, text, time or enum member; null is left empty.</param>
/// <param name="Shown">The value as people read it; if not given, the plain value.</param>
/// <param name="Title">The heading for people, where the key does not make a good one.</param>
sealed record Column<T>(string Name, Func<T, object?> Value, Func<T, string>? Shown = null, string? Title = null)
{
    public string Heading => Title ?? Name.Replace('_', ' ');
}
