using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>An ended job, as far as reports need it.</summary>
/// <param name="DatasetKey">Equal for two jobs if and only if they have the same questions and gold answers.</param>
/// <param name="DatasetName">As it was enqueued; null for a job older than that column.</param>
/// <param name="Unanswered">Problems without a result, of a job that was cancelled.</param>
/// <param name="Failed">Problems whose result is an error; they count as wrong.</param>
/// <param name="Ungraded">Problems without a gold answer; they are not among <paramref name="Problems"/>.</param>
/// <param name="EndedEarly">Problems whose search a limit ended.</param>
/// <param name="Graders">The versions of the grader that gave the verdicts.</param>
/// <param name="Problems">Sorted so that two jobs with the same dataset have the same problem at the same place.</param>
sealed record MeasuredJob(
    long JobId, JobSpec Spec, JobState State, string DatasetKey, string? DatasetName, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    int Unanswered, int Failed, int Ungraded, int EndedEarly,
    MeasuredModel Policy, MeasuredModel? Reward, IReadOnlyList<string> Graders, IReadOnlyList<MeasuredProblem> Problems);
