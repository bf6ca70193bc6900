using System.CommandLine;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The options of <c>jobs enqueue</c> that say whether and after what a job comes into the queue.</summary>
sealed class OrderOptions
{
    readonly Option<bool> _unique = new("--unique")
    {
        Description = "Enqueue the job only if none with the same problems, settings and weights waits, runs or is complete. Else print "
            + "that job's number.",
    };

    readonly Option<string?> _key = new("--unique-key")
    {
        Description = "Enqueue the job only if none that was enqueued with this key waits, runs or is complete. Else print that job's "
            + "number.",
        HelpName = "KEY",
    };

    readonly Option<JobReference[]> _after = AfterOption("--after",
        "Wait until these jobs have completed: numbers, or sweep:N for all jobs of a sweep, separated by commas. If one is cancelled or "
            + "has failed problems, the waiting job is cancelled too.");

    readonly Option<JobReference[]> _afterAny = AfterOption("--after-any",
        "As --after, but run whatever became of these jobs.");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_unique, _key, _after, _afterAny]) command.Add(option);
    }

    /// <summary>The first given option that is for one job and not for a sweep; null: none was given.</summary>
    public string? GivenOfOneJob(ParseResult parsed) =>
        parsed.GetValue(_unique) ? _unique.Name : parsed.GetValue(_key) is not null ? _key.Name : null;

    /// <summary>The first given option; null: none was given.</summary>
    public string? Given(ParseResult parsed) => GivenOfOneJob(parsed) ?? GivenAfter(parsed);

    /// <summary>The first given option that says what to wait for; null: none was given.</summary>
    public string? GivenAfter(ParseResult parsed) =>
        ((Option<JobReference[]>[])[_after, _afterAny]).FirstOrDefault(option => parsed.GetValue(option) is { Length: > 0 })?.Name;

    /// <exception cref="UserException">The options contradict each other, or there is no such sweep.</exception>
    public async Task<JobAfter> AfterAsync(ParseResult parsed, JobStore jobs, CancellationToken ct)
    {
        var (after, any) = (parsed.GetValue(_after) ?? [], parsed.GetValue(_afterAny) ?? []);
        if (after.Length > 0 && any.Length > 0)
            throw new UserException(ExitCode.BadInput, "--after and --after-any can't be used together: give all jobs to one of them");
        return new(await JobReference.ResolveAsync(after.Length > 0 ? after : any, jobs.JobsOfSweepAsync, ct), AnyEnd: any.Length > 0);
    }

    /// <inheritdoc cref="AfterAsync"/>
    public async Task<JobOrder> ReadAsync(ParseResult parsed, JobOrigin origin, JobStore jobs, CancellationToken ct)
    {
        if (parsed.GetValue(_key) is { } key && string.IsNullOrWhiteSpace(key))
            throw new UserException(ExitCode.BadInput, "--unique-key can't be empty");
        return new()
        {
            Origin = origin, IsUnique = parsed.GetValue(_unique), UniqueKey = parsed.GetValue(_key),
            After = await AfterAsync(parsed, jobs, ct),
        };
    }

    static Option<JobReference[]> AfterOption(string name, string description) => new(name)
    {
        Description = description, HelpName = "JOBS", CustomParser = JobReferences.Parse, Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}
