using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>The settings of jobs that a sweep may give: all except those that it crosses.</summary>
static class SweepSettings
{
    static readonly string[] s_crossed = ["name", "policy", "reward", "strategy", "width", "seed"];

    public static IReadOnlyCollection<string> Names { get; } = [.. JobSettings.All.Keys.Except(s_crossed).Order(StringComparer.Ordinal)];
}
