using RebaseBatch.Contracts;

namespace RebaseBatch.Edge.Intake;

/// <summary>What a well-formed message asks for.</summary>
/// <param name="Dataset">Where the problems are; null when the message holds them.</param>
/// <param name="Problems">Empty if they are in a dataset.</param>
sealed record JobRequest(JobSpec Spec, DatasetReference? Dataset, IReadOnlyList<ProblemSpec> Problems)
{
    public TagSet Tags { get; init; } = TagSet.None;
}
