using RebaseBatch.Inference.Rewards;

namespace RebaseBatch.Solving.Trials;

/// <summary>A step that the reward model judged in a trial.</summary>
/// <param name="At">The place in the input, from 0, of the token at which the score is read.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Labels">Null in a convention without labels.</param>
sealed record JudgedStep(string Text, int At, double Score, LabelShares? Labels);
