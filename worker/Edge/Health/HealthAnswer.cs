namespace RebaseBatch.Edge.Health;

/// <summary>The answer of a health endpoint.</summary>
/// <param name="Status"><see cref="Fine"/>, <see cref="Degraded"/> (ready for work, although a check is not ok) or
/// <see cref="Unfit"/>.</param>
sealed record HealthAnswer(string Status, IReadOnlyList<HealthAnswerCheck> Checks)
{
    public const string Fine = "ok", Degraded = "degraded", Unfit = "unavailable";

    public static HealthAnswer Of(params IReadOnlyList<HealthAnswerCheck> checks) =>
        new(checks.All(check => check.Ok) ? Fine : Unfit, checks);
}
