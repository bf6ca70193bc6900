namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>What a server has done.</summary>
/// <param name="Running">Requests that its engine has now.</param>
/// <param name="Aborted">Requests whose client went away.</param>
sealed record ModelServerCounts(int Running, int Served, int Aborted, long PromptTokens, long CachedTokens, long DrawnTokens);
