namespace RebaseBatch.Evaluation.Flips;

/// <summary>The flips of problems that the dataset puts together.</summary>
/// <param name="Name">Such as <c>level 3</c> or <c>family money</c>.</param>
/// <param name="Compared">Answers that were graded in both runs, over all seeds.</param>
sealed record FlipGroup(string Name, int Compared, int Lost, int Won);
