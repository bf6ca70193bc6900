using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers.Authors;

namespace RebaseBatch.Core.Answers;

/// <summary>The rules of a job's preset.</summary>
static class AnswerRules
{
    static readonly CorrectedAnswerRules s_corrected = new();
    static readonly AuthorsAnswerRules s_authors = new();

    public static IAnswerRules Of(Preset preset) => preset switch
    {
        Preset.Corrected => s_corrected,
        Preset.Authors => s_authors,
        _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "no such preset"),
    };
}
