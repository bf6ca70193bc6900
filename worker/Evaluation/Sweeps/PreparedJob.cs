using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>A cell of a sweep with everything that enqueuing it needs.</summary>
sealed record PreparedJob(string Title, JobSpec Spec, IReadOnlyList<ProblemSpec> Problems, JobInputs Inputs)
{
    public TagSet Tags { get; init; } = TagSet.None;
}
