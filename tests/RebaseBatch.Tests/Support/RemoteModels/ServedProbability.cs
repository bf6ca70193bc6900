namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>The natural logarithm of a token's probability.</summary>
readonly record struct ServedProbability(int Token, double Logarithm);
