using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>What a gate can see in one cell.</summary>
/// <param name="Schedule">The schedule's name, or "sweep 3".</param>
/// <param name="Cell">The cell in words.</param>
/// <param name="Pairs">Two runs of the cell, or what is assumed of them.</param>
/// <param name="Basis">What <paramref name="Pairs"/> are: two sweeps, or an assumption.</param>
/// <param name="Rule">What the gate tolerates here.</param>
/// <param name="Level">The level of its test: for critical cells that of Holm's first step.</param>
/// <param name="Power">The chance with which a drop is to be seen.</param>
sealed record PowerCell(
    string Schedule, string Cell, PairedOutcomes Pairs, int Seeds, string Basis, CellPolicy Rule, double Level, double Power)
{
    /// <summary>
    /// The share of problems that two runs answer differently, where nothing is measured. An assumption: the more change by chance, the
    /// more problems a drop needs.
    /// </summary>
    public const double AssumedDiscordance = 0.2;

    /// <summary>The accuracy where nothing is measured.</summary>
    public const double AssumedAccuracy = 0.5;

    public double Discordance => (double)Pairs.Discordant / Pairs.Problems;

    public double MaxDrop => Rule.Tolerated(Pairs.First);

    public double SmallestDrop => Pairs.SmallestDrop(Level, Power);

    public CellTier Tier => Rule.Tier;

    /// <summary>How many problems like these are needed to see a drop; null: no number is enough.</summary>
    /// <param name="drop">A share of the problems, above 0.</param>
    public int? ProblemsFor(double drop) => Pairs.ProblemsFor(drop, Level, Power);

    /// <summary>Two runs of which only the number of problems and the accuracy are known.</summary>
    public static PairedOutcomes Assumed(int problems, double accuracy)
    {
        var right = (int)Math.Round(problems * accuracy);
        var flips = (int)Math.Round(problems * AssumedDiscordance / 2);
        var (lost, won) = (Math.Min(right, flips), Math.Min(problems - right, flips));
        return new(
        [
            .. Enumerable.Repeat(new PairedOutcome(1, 0), lost), .. Enumerable.Repeat(new PairedOutcome(0, 1), won),
            .. Enumerable.Repeat(new PairedOutcome(1, 1), right - lost),
            .. Enumerable.Repeat(new PairedOutcome(0, 0), problems - right - won),
        ]);
    }
}
