using RebaseBatch.Contracts;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>One cell of a sweep.</summary>
/// <param name="Dataset">Number of its dataset in the sweep, from 0.</param>
sealed record PlannedJob(int Dataset, JobSpec Spec)
{
    /// <summary>Those of the sweep, its dataset and its strategy.</summary>
    public TagSet Tags { get; init; } = TagSet.None;

    /// <summary>The cell in words, for lists and error messages.</summary>
    public string Title => $"{RemoteUri.NameOf(Spec.Policy)} {StoredNames.Of(Spec.Strategy)} {Spec.Width}";
}
