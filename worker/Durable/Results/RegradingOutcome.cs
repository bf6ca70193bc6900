using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Results;

/// <summary>What grading again changed.</summary>
/// <param name="GraderVersion">Version of the grader that gave the new verdicts.</param>
/// <param name="Problems">Answers graded.</param>
/// <param name="OtherAnswers">Answers whose text has changed.</param>
/// <param name="NowRight">Answers that were wrong and are right now.</param>
/// <param name="NowWrong">Answers that were right and are wrong now.</param>
sealed record RegradingOutcome(string GraderVersion, int Problems, int OtherAnswers, int NowRight, int NowWrong)
{
    public RegradingOutcome Plus(string? answer, bool? correct, VoteRecord now) => new(
        GraderVersion,
        Problems + 1,
        OtherAnswers + (answer == now.Answer ? 0 : 1),
        NowRight + (correct is false && now.Correct is true ? 1 : 0),
        NowWrong + (correct is true && now.Correct is false ? 1 : 0));
}
