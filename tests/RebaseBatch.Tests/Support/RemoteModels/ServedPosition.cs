namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>Probabilities at one drawn token.</summary>
/// <param name="Drawn">The drawn token.</param>
/// <param name="Labels">The tokens that the request named, in its order.</param>
/// <param name="Top">The most probable tokens, the first one first.</param>
sealed record ServedPosition(ServedProbability Drawn, ServedProbability[] Labels, ServedProbability[] Top);
