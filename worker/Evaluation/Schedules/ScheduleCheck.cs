using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Asks the gates of schedules.</summary>
/// <param name="maxAge">Replaces the policies' own; null: as these say.</param>
/// <param name="allowEngineChange">Compares runs on other engines too. These answers are not stored.</param>
sealed class ScheduleCheck(ScheduleStore schedules, Gate gate, TimeSpan? maxAge = null, bool allowEngineChange = false)
{
    /// <summary>The answers, sorted by the schedules' names.</summary>
    /// <param name="name">Null: all schedules.</param>
    /// <returns>Empty: there is no such schedule.</returns>
    public async Task<IReadOnlyList<GateVerdict>> AnswersAsync(string? name, CancellationToken ct)
    {
        // The order matters: a run that ends in between is stale in the list, and never taken for judged.
        var asked = await schedules.ListAsync(ct, name);
        var now = await schedules.NowAsync(ct);
        var answers = new List<GateVerdict>();
        foreach (var stored in asked) answers.Add(await AnswerAsync(stored, now, ct));
        var jobs = answers.SelectMany(JobsOf).Distinct().ToList();
        var deleted = (await gate.Store.DeletedAsync(jobs, ct)).ToHashSet();
        return deleted.Count == 0 ? answers
            : [.. answers.Select(answer => answer with { DeletedJobs = [.. JobsOf(answer).Distinct().Where(deleted.Contains).Order()] })];

        static IEnumerable<long> JobsOf(GateVerdict verdict) => verdict.Cells.SelectMany(cell => cell.BaselineJobs.Concat(cell.RunJobs));
    }

    async Task<GateVerdict> AnswerAsync(StoredSchedule stored, DateTimeOffset now, CancellationToken ct)
    {
        var (verdict, age) = (stored.LastVerdict, maxAge);
        try
        {
            var policy = StoredGate.PolicyOf(stored.Schedule.Name, stored.Gate);
            age ??= policy.MaxAge;
            if (await NewVerdictAsync(stored, policy, ct) is { } judged) verdict = judged;
            return ScheduleAnswer.Of(stored, verdict, null, age, now);
        }
        catch (UserException e) when (e.Code is ExitCode.BadInput)
        {
            // For example, a newer version enqueued one of its jobs. The other schedules must still be answered for.
            return ScheduleAnswer.Of(stored, verdict, $"the newest run can't be judged: {e.Message}", age, now);
        }
    }

    /// <summary>The verdict on the newest run; null: there is no such run, or the stored verdict is of it.</summary>
    async Task<GateVerdict?> NewVerdictAsync(StoredSchedule stored, GatePolicy policy, CancellationToken ct)
    {
        if (await gate.Store.NewestAsync(stored.Schedule.Name, ct) is not { } run) return null;
        if (allowEngineChange) return await gate.JudgeAsync(run, policy with { AllowEngineChange = true }, ct);
        // A run may have ended since a worker last judged it.
        return run.DueAt == stored.LastVerdict?.DueAt?.UtcDateTime ? null : (await gate.JudgeAsync(run, ct)).Verdict;
    }
}
