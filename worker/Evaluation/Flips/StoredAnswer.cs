namespace RebaseBatch.Evaluation.Flips;

/// <summary>A problem with one job's result.</summary>
sealed record StoredAnswer(string CustomId, string Question, string? Gold, FlipSide Side);
