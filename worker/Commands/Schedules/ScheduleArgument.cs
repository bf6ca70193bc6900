using System.CommandLine;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary>The name of a schedule.</summary>
static class ScheduleArgument
{
    public static Argument<string> Create() =>
        new("NAME") { Description = "The schedule's name. 'rebase schedules list' shows the names." };

    /// <exception cref="UserException">NotFound: no schedule has that name.</exception>
    public static async Task<StoredSchedule> FindAsync(ScheduleStore schedules, string name, CancellationToken ct) =>
        (await schedules.ListAsync(ct, name)) is [var stored] ? stored : throw NotFound(name);

    public static UserException NotFound(string name) =>
        new(ExitCode.NotFound, $"there is no schedule '{name}': 'rebase schedules list' shows the schedules");
}
