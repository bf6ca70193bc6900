using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>Notifications that are sent no more, in words. Pure.</summary>
static class GivenUpText
{
    public const string None = "none was given up";

    /// <param name="givenUp">As <see cref="NotificationTargets.GivenUpAsync"/> counts them.</param>
    /// <returns>Null: there are none.</returns>
    public static string? Of(IReadOnlyList<(string Schedule, int Count)> givenUp) => givenUp.Count == 0 ? null
        : $"given up: {string.Join(", ", givenUp.Select(row => $"{HumanText.Of(row.Count)} of schedule {row.Schedule}"))}";
}
