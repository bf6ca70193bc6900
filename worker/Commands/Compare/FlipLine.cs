using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Flips;

namespace RebaseBatch.Commands.Compare;

/// <summary>One line of the CSV: a problem that flipped, one that only one run has, or one that is unstable.</summary>
sealed record FlipLine
{
    /// <summary><c>lost</c>, <c>won</c>, <c>only_first</c>, <c>only_second</c> or <c>unstable</c>.</summary>
    public required string Kind { get; init; }

    public required string CustomId { get; init; }

    /// <summary>The cell in words.</summary>
    public required string Cell { get; init; }

    public required long Seed { get; init; }

    public required ProblemGroups Groups { get; init; }

    public required string? Question { get; init; }

    public required string? Gold { get; init; }

    /// <summary>Null: the run does not have it, or the problem is unstable.</summary>
    public FlipSide? First { get; init; }

    /// <summary>As <see cref="First"/>.</summary>
    public FlipSide? Second { get; init; }

    public bool? FirstCorrect { get; init; }

    public bool? SecondCorrect { get; init; }

    /// <summary>Why the other run does not have it.</summary>
    public string? Why { get; init; }

    public UnstableProblem? Unstable { get; init; }

    /// <summary>Flips, then problems that only one run has.</summary>
    public static IEnumerable<FlipLine> Of(FlipReport report) =>
        report.Flips.Select(Of).Concat(report.Unpaired.Select(problem => Of(problem, report)));

    /// <summary>The same, and then unstable problems.</summary>
    public static IEnumerable<FlipLine> Of(NightFlips night) => Of(night.Report).Concat(night.Unstable.Select(Of));

    static FlipLine Of(Flip flip) => new()
    {
        Kind = StoredNames.Of(flip.Kind),
        CustomId = flip.CustomId,
        Cell = flip.Cell,
        Seed = flip.Seed,
        Groups = flip.Groups,
        Question = flip.Question,
        Gold = flip.Gold,
        First = flip.First,
        Second = flip.Second,
        FirstCorrect = flip.Kind is FlipKind.Lost,
        SecondCorrect = flip.Kind is FlipKind.Won,
    };

    static FlipLine Of(UnpairedProblem problem, FlipReport report)
    {
        var inFirst = problem.Run == report.First.Name;
        return new()
        {
            Kind = inFirst ? "only_first" : "only_second",
            CustomId = problem.CustomId,
            Cell = problem.Cell,
            Seed = problem.Seed,
            Groups = problem.Groups,
            Question = problem.Question,
            Gold = problem.Gold,
            First = inFirst ? problem.Side : null,
            Second = inFirst ? null : problem.Side,
            FirstCorrect = inFirst ? problem.Correct : null,
            SecondCorrect = inFirst ? null : problem.Correct,
            Why = problem.Why,
        };
    }

    static FlipLine Of(UnstableProblem problem) => new()
    {
        Kind = "unstable",
        CustomId = problem.CustomId,
        Cell = problem.Cell,
        Seed = problem.Seed,
        Groups = problem.Groups,
        Question = problem.Question,
        Gold = problem.Gold,
        FirstCorrect = problem.BaselineCorrect,
        Unstable = problem,
    };
}
