using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching.Authors;

namespace RebaseBatch.Core.Searching;

/// <summary>The rules of a job's preset.</summary>
static class StepRules
{
    /// <param name="strategy">The job's strategy.</param>
    /// <param name="answerMark">The text that marks the last step, from the policy's prompt; the authors' code has its own mark.</param>
    public static IStepRules Of(JobSpec spec, ISearchStrategy strategy, string answerMark) => spec.Preset switch
    {
        Preset.Corrected => new CorrectedStepRules(answerMark, strategy.WeighsSteps),
        Preset.Authors => new AuthorsStepRules(),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Preset, "no such preset"),
    };
}
