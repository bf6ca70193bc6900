namespace RebaseBatch.Evaluation.Flips;

/// <summary>A sweep with ended jobs, or an ended job, as one may choose it for a comparison.</summary>
/// <param name="Name">As a person writes it, such as <c>7</c> or <c>sweep:3</c>.</param>
/// <param name="What">What it is, in words.</param>
/// <param name="Remark">How much of it ended; empty if it completed.</param>
/// <param name="At">When a sweep was enqueued, or a job ended.</param>
sealed record ListedRun(string Name, string What, string Remark, DateTimeOffset At);
