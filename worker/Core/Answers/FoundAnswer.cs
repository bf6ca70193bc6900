using RebaseBatch.Core.Answers.Extraction;

namespace RebaseBatch.Core.Answers;

/// <summary>An answer that a solution states.</summary>
/// <param name="Answer">As written.</param>
/// <param name="Form">The form in which it is stated.</param>
sealed record FoundAnswer(string Answer, AnswerForm Form);
