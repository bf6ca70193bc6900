using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>A rule's condition in words. Pure.</summary>
static class RuleText
{
    /// <summary>Such as "dataset gsm8k, width 16".</summary>
    public static string Of(GateRule rule)
    {
        (string Name, string? Value)[] parts =
        [
            ("dataset", rule.Dataset), ("policy", rule.Policy), ("reward", rule.Reward),
            ("strategy", rule.Strategy is { } strategy ? StoredNames.Of(strategy) : null),
            ("width", rule.Width?.ToString(CultureInfo.InvariantCulture)),
        ];
        var given = parts.Where(part => part.Value is not null).Select(part => $"{part.Name} {part.Value}").ToList();
        return given.Count == 0 ? "every cell" : string.Join(", ", given);
    }
}
