namespace RebaseBatch.Durable.Jobs;

/// <summary>A solution of a problem that has no answer.</summary>
/// <param name="CustomId">The problem's id in its dataset.</param>
/// <param name="Text">The solution's text, or its deepest step when no solution finished.</param>
sealed record UnansweredSample(string CustomId, string Text);
