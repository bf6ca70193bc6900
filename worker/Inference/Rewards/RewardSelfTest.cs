using System.Globalization;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// A solution with known scores, such as the example on a model's card. If a reward model gives other scores, this program reads it
/// wrongly.
/// </summary>
/// <param name="Steps">The steps and what each must score.</param>
/// <param name="Tolerance">
/// How far a score may be from the known one. Quantized weights change scores: by 0.0004 in F16 and by 0.015 in Q8_0 in one measurement.
/// </param>
sealed record RewardSelfTest(string Question, IReadOnlyList<(string Text, double Score)> Steps, double Tolerance)
{
    /// <exception cref="UserException">A score differs by more than the tolerance.</exception>
    public void Check(ILanguageModel model, IRewardConvention convention, string name, DecodeContextOptions options) =>
        Check(RewardProbe.Scores(model, convention, name, Question, [.. Steps.Select(step => step.Text)], options), name);

    /// <param name="scores">What the steps scored, in order.</param>
    /// <inheritdoc cref="Check(ILanguageModel, IRewardConvention, string, DecodeContextOptions)"/>
    public void Check(IReadOnlyList<double> scores, string name)
    {
        for (var i = 0; i < scores.Count; i++)
        {
            // Negated, so that NaN fails too.
            if (!(Math.Abs(scores[i] - Steps[i].Score) <= Tolerance))
            {
                throw new UserException(ExitCode.ModelUnusable, string.Create(CultureInfo.InvariantCulture,
                    $"the reward model '{name}' fails its self-test: step {i + 1} scores {scores[i]:0.0000}, and its catalog entry states "
                    + $"{Steps[i].Score:0.0000}, plus or minus {Tolerance}: correct the entry's file, convention, head "
                    + $"or texts, or its SelfTest"));
            }
        }
    }
}
