using RebaseBatch.Contracts;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Solving;

/// <summary>Whether the contexts of a job's models hold a question and one step of the job's length.</summary>
static class ContextFit
{
    /// <exception cref="MachineFaultException">A context is too small. Another worker may have a larger one.</exception>
    public static void Check(JobSpec spec, ModelLease models)
    {
        var (policy, reward) = (models.Policy.Sampler, models.Reward?.Scorer);
        Check("policy", policy.MaxSequenceTokens, policy.Model.Facts.TrainContext, policy.LargerContext, spec);
        if (reward is not null)
            Check("reward model", reward.MaxSequenceTokens, reward.Model.Facts.TrainContext, reward.LargerContext, spec);
    }

    static void Check(string role, int context, int trained, string larger, JobSpec spec)
    {
        var step = Math.Min(spec.MaxStepTokens, spec.MaxSolutionTokens);
        if (context > step) return;
        var way = trained > 0 && trained <= context ? "name a model with a longer context" : larger;
        throw new MachineFaultException(model: null,
            $"the context of the {role} has {context} tokens, and one step of the job may have {step} (max_step_tokens): {way}, or enqueue "
                + "the job with a lower --max-step-tokens");
    }
}
