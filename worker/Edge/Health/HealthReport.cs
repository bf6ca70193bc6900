namespace RebaseBatch.Edge.Health;

/// <summary>The answer of a health endpoint.</summary>
/// <param name="Status"><see cref="Fine"/> or <see cref="Unfit"/>.</param>
sealed record HealthReport(string Status, IReadOnlyList<HealthCheck> Checks)
{
    public const string Fine = "ok", Unfit = "unavailable";

    public static HealthReport Of(params IReadOnlyList<HealthCheck> checks) => new(checks.All(check => check.Ok) ? Fine : Unfit, checks);
}
