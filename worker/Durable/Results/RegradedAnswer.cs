namespace RebaseBatch.Durable.Results;

/// <summary>An answer whose text or verdict is another one since it was graded again.</summary>
/// <param name="CustomId">The problem's id in its dataset.</param>
/// <param name="Gold">The right answer; null when unknown.</param>
/// <param name="Before">The job's own answer as it was; null where it had none.</param>
/// <param name="Now">The job's own answer from now on.</param>
/// <param name="RightBefore">The verdict as it was; null without a right answer.</param>
/// <param name="RightNow">The verdict from now on.</param>
sealed record RegradedAnswer(string CustomId, string? Gold, string? Before, string? Now, bool? RightBefore, bool? RightNow);
