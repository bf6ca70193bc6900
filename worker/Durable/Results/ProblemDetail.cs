using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Results;

/// <summary>A problem with all that was stored for its answer.</summary>
/// <param name="ArePruned">Whether the steps of its search were deleted.</param>
sealed record ProblemDetail(
    ProblemAnswer Problem, IReadOnlyList<VoteRecord> Votes, IReadOnlyList<CandidateRecord> Candidates, bool ArePruned);
