using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>A problem, and what of its line it was made from.</summary>
/// <param name="Taken">Each field that was taken, with its role.</param>
/// <param name="Ignored">What a request says to a model and this program does not tell it: <c>system text</c>, <c>temperature</c>.</param>
/// <param name="Unused">The other fields of the line.</param>
sealed record LineReading(
    ProblemSpec Problem, IReadOnlyList<(FieldRole Role, string Name)> Taken, IReadOnlyList<string> Ignored, IReadOnlyList<string> Unused);
