using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>What a gate tolerates in one cell. Pure.</summary>
/// <param name="MaxDrop">A share of the problems.</param>
/// <param name="MaxRelativeDrop">A share of the baseline's accuracy; null for none.</param>
readonly record struct CellPolicy(CellTier Tier, double MaxDrop, double? MaxRelativeDrop)
{
    /// <summary>The policy's first rule that fits the cell.</summary>
    public static CellPolicy Of(GatePolicy policy, JobSpec spec, string dataset)
    {
        var rule = policy.Cells.FirstOrDefault(rule => Fits(rule, spec, dataset));
        return new(rule?.Tier ?? CellTier.Critical, rule?.MaxDrop ?? policy.MaxDrop, rule?.MaxRelativeDrop ?? policy.MaxRelativeDrop);
    }

    public static bool Fits(GateRule rule, JobSpec spec, string dataset) =>
        (rule.Dataset is null || WithoutExtension(rule.Dataset) == WithoutExtension(dataset))
        && Names(rule.Policy, spec.Policy) && Names(rule.Reward, spec.Reward)
        && (rule.Strategy is null || rule.Strategy == spec.Strategy) && (rule.Width is null || rule.Width == spec.Width);

    /// <summary>The tolerated drop as a share of the problems; the smaller of both counts.</summary>
    /// <param name="before">The baseline's accuracy, 0 to 1.</param>
    public double Tolerated(double before) => Math.Min(MaxDrop, MaxRelativeDrop * before ?? 1);

    static bool Names(string? named, string? model) =>
        named is null || model is not null && (named == model || named == RemoteUri.NameOf(model));

    static string WithoutExtension(string dataset) =>
        dataset.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? dataset[..^".jsonl".Length] : dataset;
}
