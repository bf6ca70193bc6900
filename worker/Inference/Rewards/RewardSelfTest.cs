using System.Globalization;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards;

/// <summary>A solution whose scores are known, such as that of a model's card: a reward model that gives others is read wrongly.</summary>
/// <param name="Steps">The steps and what each must score.</param>
/// <param name="Tolerance">How far a score may be off. Quantized weights move scores: by 0.0004 in F16 and 0.015 in Q8_0 where it was measured.</param>
sealed record RewardSelfTest(string Question, IReadOnlyList<(string Text, double Score)> Steps, double Tolerance)
{
    /// <exception cref="UserException">A score is further off.</exception>
    public void Check(ILanguageModel model, IRewardConvention convention, string name, DecodeContextOptions options)
    {
        var scores = RewardProbe.Scores(model, convention, name, Question, [.. Steps.Select(step => step.Text)], options);
        for (var i = 0; i < scores.Length; i++)
        {
            // Negated, so that a NaN fails too.
            if (!(Math.Abs(scores[i] - Steps[i].Score) <= Tolerance))
            {
                throw new UserException(ExitCode.ModelUnusable, string.Create(CultureInfo.InvariantCulture,
                    $"the reward model '{name}' fails its self-test: step {i + 1} scores {scores[i]:0.0000}, and its catalog entry states {Steps[i].Score:0.0000}, give or take {Tolerance}; mend the entry's file, convention, head or texts, or its SelfTest"));
            }
        }
    }
}
