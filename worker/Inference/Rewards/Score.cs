using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Rewards;

/// <summary>Turns a model's raw numbers into a score from 0 to 1.</summary>
static class Score
{
    /// <summary>P(good) by a softmax over the two labels alone.</summary>
    /// <exception cref="ModelFaultException">A number is not finite: the model is broken.</exception>
    public static double OfLabels(double good, double bad) => OfLogit(good - bad);

    /// <summary>sigmoid(logit).</summary>
    /// <exception cref="ModelFaultException">The number is not finite: the model is broken.</exception>
    public static double OfLogit(double logit) =>
        double.IsFinite(logit) ? 1 / (1 + Math.Exp(-logit)) : throw new ModelFaultException($"the reward model's output holds {logit}");
}
