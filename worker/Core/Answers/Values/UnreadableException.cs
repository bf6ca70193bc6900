namespace RebaseBatch.Core.Answers.Values;

/// <summary>
/// The answer has no value that can be computed within the limits, so it is compared as text. Never leaves <see cref="AnswerKey"/>.
/// </summary>
sealed class UnreadableException(string message) : Exception(message);
