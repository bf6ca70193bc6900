using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>One line of answers.jsonl: the committed result of one problem.</summary>
public sealed record AnswerRecord
{
    public required string CustomId { get; init; }
    public required string QuestionId { get; init; }
    public required long JobId { get; init; }
    public required int BatchNo { get; init; }

    /// <summary>The job's own answer (its voting method and aggregation); null when no candidate finished with an answer.</summary>
    public string? Answer { get; init; }

    /// <summary>Null when the gold answer is unknown, and for a failed problem.</summary>
    public bool? Correct { get; init; }

    /// <summary>The right answer; null when the dataset has none.</summary>
    public string? GoldAnswer { get; init; }

    /// <summary>
    /// How far the answer may be from a numeric right answer, as the dataset states it for this problem
    /// (<see cref="ProblemSpec.Tolerance"/>); not written when it states none, and then the job's setting holds.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tolerance { get; init; }

    /// <summary>Every voting method's answer; empty for a failed problem.</summary>
    public IReadOnlyList<VoteRecord> Votes { get; init; } = [];

    /// <summary>The finished solutions in order of their nodes.</summary>
    public IReadOnlyList<CandidateRecord> Candidates { get; init; } = [];

    /// <summary>
    /// Which limit ended the search before it was complete (sampled_tokens, flops, seconds, deadline; of the whole job job_sampled_tokens,
    /// job_flops, job_device_seconds), or "decided" when nothing could change the job's own answer any more; null for a complete one.
    /// </summary>
    public string? EndedBy { get; init; }

    /// <summary>Version of the grader that judged it; verdicts of different versions are not comparable. Null for an error.</summary>
    public string? GraderVersion { get; init; }

    /// <summary>Why this problem has no result; null for a solved one.</summary>
    public string? Error { get; init; }

    /// <summary>The main cause of a missing answer; null for a problem that has an answer, and for a failed one.</summary>
    public UnansweredCause? UnansweredCause { get; init; }

    /// <summary>
    /// How solutions without an answer ended; null for a failed problem, and in an answer of a version that did not count them.
    /// </summary>
    public SolutionEnds? SolutionEnds { get; init; }
}
