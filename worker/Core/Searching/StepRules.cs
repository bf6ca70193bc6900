using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching.Authors;

namespace RebaseBatch.Core.Searching;

/// <summary>The rules of a job's preset.</summary>
static class StepRules
{
    /// <param name="strategy">Of the job.</param>
    /// <param name="answerMark">The policy's prompt's mark of a last step; the authors' code has one of its own.</param>
    public static IStepRules Of(JobSpec spec, ISearchStrategy strategy, string answerMark) => spec.Preset switch
    {
        Preset.Corrected => new CorrectedStepRules(answerMark, strategy.WeighsSteps),
        Preset.Authors => new AuthorsStepRules(),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Preset, "no such preset"),
    };
}
