using System.Globalization;
using System.Text.RegularExpressions;
using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// The default: the last answer in the text counts, in any convention or in the job's own form, and answers are compared by value.
/// </summary>
sealed class CorrectedAnswerRules(JobSpec spec) : IAnswerRules
{
    readonly Regex? _pattern = spec.AnswerPattern is { } pattern ? AnswerPattern.Compile(pattern) : null;
    readonly string? _tolerance = spec.Tolerance?.ToString(CultureInfo.InvariantCulture);

    public string Version => Grader.Version;

    public string? Extract(string question, string solution) => AnswerExtractor.Extract(solution, _pattern);

    public IReadOnlyList<VoteRecord> AllVotes(IReadOnlyList<Candidate> candidates, string? gold, bool scored, string? tolerance = null) =>
        Voting.AllVotes(candidates, gold, scored, Tolerance.Of(tolerance ?? _tolerance));
}
