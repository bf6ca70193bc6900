using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers.Authors;

namespace RebaseBatch.Core.Answers;

/// <summary>The rules of a job: those of its preset, with its own form of answers and its tolerance.</summary>
static class AnswerRules
{
    static readonly AuthorsAnswerRules s_authors = new();

    public static IAnswerRules Of(JobSpec spec) => spec.Preset switch
    {
        Preset.Corrected => new CorrectedAnswerRules(spec),
        Preset.Authors => s_authors,
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Preset, "no such preset"),
    };
}
