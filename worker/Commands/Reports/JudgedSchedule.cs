using Npgsql;
using RebaseBatch.Commands.Schedules;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Reports;

/// <summary>A schedule as an argument of <c>report</c>, which stands for its newest judged run and what that was held against.</summary>
static class JudgedSchedule
{
    const string Mark = "schedule:";

    /// <returns>The schedule's name; null: the arguments name jobs and sweeps.</returns>
    /// <exception cref="UserException">BadInput: there are others beside it.</exception>
    public static string? NameIn(IReadOnlyList<string> arguments)
    {
        if (!arguments.Any(argument => argument.StartsWith(Mark, StringComparison.OrdinalIgnoreCase))) return null;
        return arguments is [var alone]
            ? alone[Mark.Length..]
            : throw new UserException(
                ExitCode.BadInput, "a schedule stands for its newest judged run and the baseline of that: name it alone");
    }

    /// <summary>What its gate says now, with the cells of the newest judged run.</summary>
    /// <exception cref="UserException">NotFound: there is no such schedule.</exception>
    public static async Task<GateVerdict> AnswerAsync(NpgsqlDataSource db, string name, CancellationToken ct) =>
        await new ScheduleCheck(new(db), new(new(db), new(db))).AnswersAsync(name, ct) is [var verdict]
            ? verdict : throw ScheduleArgument.NotFound(name);

    /// <summary>The baseline's sweep and the run's, as <c>report</c> takes them.</summary>
    /// <inheritdoc cref="AnswerAsync"/>
    /// <exception cref="UserException">NotFound: no run of the schedule has been judged.</exception>
    public static async Task<string[]> SweepsAsync(NpgsqlDataSource db, string name, CancellationToken ct)
    {
        var stored = await ScheduleArgument.FindAsync(new(db), name, ct);
        return stored.LastVerdict is { BaselineSweepId: { } baseline, SweepId: { } run }
            ? [$"sweep:{baseline}", $"sweep:{run}"]
            : throw new UserException(ExitCode.NotFound,
                $"no run of the schedule '{name}' has been judged yet: 'rebase schedules check {name}' says why");
    }
}
