namespace RebaseBatch.Http;

/// <summary>What is answered to a GET of a path; nothing here takes parameters.</summary>
/// <param name="Path">Begins with a slash; compared case by case.</param>
sealed record Route(string Path, Func<CancellationToken, Task<Reply>> AnswerAsync);
