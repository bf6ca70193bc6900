using System.Text.Json.Serialization.Metadata;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>The settings of jobs that a sweep may give: all but what it crosses.</summary>
static class SweepSettings
{
    static readonly string[] s_crossed = ["name", "policy", "reward", "strategy", "width", "seed"];

    public static IReadOnlyDictionary<string, JsonPropertyInfo> All { get; } = JobSettings.All.Where(setting => !s_crossed.Contains(setting.Key)).ToDictionary();

    public static IReadOnlyCollection<string> Names { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];
}
