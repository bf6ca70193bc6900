using RebaseBatch.Inference.Remote.Dialects;

namespace RebaseBatch.Inference.Remote;

/// <summary>What the check of a remote model found; what makes it unusable is thrown instead.</summary>
/// <param name="ComparedVocabulary">
/// Whether texts were tokenized on the servers too, with the same tokens. Otherwise nothing was compared: a server has no such request.
/// </param>
/// <param name="RepeatsWithSeed">
/// Whether a seed gave the same tokens twice; null for a reward model. Without that a search is not the same when it runs again. Its result
/// is as good.
/// </param>
sealed record RemoteCheck(RemoteFacts Facts, bool ComparedVocabulary, bool? RepeatsWithSeed);
