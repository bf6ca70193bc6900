namespace RebaseBatch.Evaluation.Flips;

/// <summary>A problem of two jobs, by its content: question, right answer, and which of several equal ones.</summary>
/// <param name="Key">The same for the same problem of other seeds.</param>
/// <param name="Place">Its place in the dataset, from 0.</param>
/// <param name="First">Its result in the first job; null if that job does not have it.</param>
sealed record PairedProblem(string Key, int Place, ProblemGroups Groups, PairedResult? First, PairedResult? Second)
{
    /// <summary>Null unless it was graded in both jobs and exactly one was right.</summary>
    public FlipKind? Flip => (First?.Correct, Second?.Correct) switch
    {
        (true, false) => FlipKind.Lost,
        (false, true) => FlipKind.Won,
        _ => null,
    };

    /// <summary>Whether one job has no result for it at all, and the other one has.</summary>
    public bool IsUnpaired => (First?.Answered ?? false) != (Second?.Answered ?? false);
}
