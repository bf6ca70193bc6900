namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>What a server's reply says.</summary>
/// <param name="End">Why it ended, in the dialect's word.</param>
/// <param name="Cached">Tokens of the prompt that were cached.</param>
sealed record PlainReply(int[] Tokens, string Text, string End, int Cached);
