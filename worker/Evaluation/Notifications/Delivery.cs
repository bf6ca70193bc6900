namespace RebaseBatch.Evaluation.Notifications;

/// <summary>How an attempt ended.</summary>
/// <param name="Error">Why it failed, without the address's secret; null if it did not.</param>
/// <param name="IsFinal">Whether another attempt is of no use.</param>
/// <param name="RetryAfter">The pause that the receiver asks for; null when it asks for none.</param>
readonly record struct Delivery(string? Error = null, bool IsFinal = false, TimeSpan? RetryAfter = null);
