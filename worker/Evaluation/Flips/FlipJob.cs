using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>An ended job of a run.</summary>
sealed record FlipJob
{
    public required long JobId { get; init; }

    public required JobSpec Spec { get; init; }

    /// <summary>Null for a job without a file, and for one that is older than that column.</summary>
    public required string? DatasetName { get; init; }

    /// <summary>Equal for two jobs of the same two runs if and only if they have the same problems.</summary>
    public required string DatasetKey { get; init; }

    /// <summary>Whether it completed; otherwise it was cancelled.</summary>
    public required bool Completed { get; init; }

    /// <summary>Hash of the settings, with the models by name and without the seed.</summary>
    public string SettingsKey => JobInputs.HashOf(Spec with { Seed = 0 });

    /// <summary>Its cell in words.</summary>
    public string Title => TitleOf(Spec, DatasetName);

    /// <param name="dataset">The dataset's name; null for an unnamed one.</param>
    public static string TitleOf(JobSpec spec, string? dataset) =>
        $"{new PlannedJob(0, spec).Title} on {dataset ?? "an unnamed dataset"}";
}
