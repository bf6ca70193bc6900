using RebaseBatch.Core.Tables;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Output;

/// <summary>One column of a listing, the same in every format.</summary>
/// <param name="Name">Key in JSON and CSV, in snake_case. The heading for people has spaces instead.</param>
/// <param name="Value">A number, text, time or enum member; null is left empty.</param>
/// <param name="Shown">The value as people read it; if not given, the plain value.</param>
/// <param name="Title">The heading for people, where the key does not make a good one.</param>
/// <param name="Rank">Which columns a narrow terminal leaves out first.</param>
/// <param name="Least">For texts: a narrow terminal shortens them to this many cells at most; 0 is never.</param>
/// <param name="Wraps">Whether a text goes on in the next line of its column, and is not shortened.</param>
sealed record Column<T>(string Name, Func<T, object?> Value, Func<T, string>? Shown = null, string? Title = null, Rank Rank = default,
    int Least = 0, bool Wraps = false)
{
    public string Heading => VisibleText.Line(Title ?? Name.Replace('_', ' '));

    /// <summary>The value as people read it, perhaps in several lines, and without anything that a terminal would obey.</summary>
    public string Text(T row) => VisibleText.Lines(Shown?.Invoke(row) ?? InvariantText.Text(Value(row)));
}
