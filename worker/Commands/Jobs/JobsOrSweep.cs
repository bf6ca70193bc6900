using System.CommandLine;
using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The numbers of one job or several, and <c>--sweep</c>, which stands for the jobs of a sweep.</summary>
sealed class JobsOrSweep
{
    readonly Argument<long[]> _jobs = new("JOB")
    {
        Description = "The numbers of one job or several, which 'rebase jobs enqueue' printed.",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = NumberParser.JobNumbers,
    };

    readonly Option<long?> _sweep = NumberOption.Long("--sweep", "All jobs of the sweep with this number.", "ID");

    /// <summary>Adds both before the command's own options.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_jobs);
        command.Options.Insert(0, _sweep);
    }

    /// <summary>The sweep of <c>--sweep</c>; null without it.</summary>
    public long? Sweep(ParseResult parsed) => parsed.GetValue(_sweep);

    /// <exception cref="UserException">BadInput: the command line names no job.</exception>
    public void Require(ParseResult parsed)
    {
        if (parsed.GetValue(_jobs) is not [_, ..] && parsed.GetValue(_sweep) is null)
            throw new UserException(ExitCode.BadInput, "name the number of a job or of several, or a sweep with --sweep");
    }

    /// <summary>Each job once: those that are named, then those of the sweep.</summary>
    /// <exception cref="UserException">NotFound: no such sweep.</exception>
    public async Task<IReadOnlyList<long>> ReadAsync(ParseResult parsed, NpgsqlDataSource db, CancellationToken ct)
    {
        var named = parsed.GetValue(_jobs) ?? [];
        return Sweep(parsed) is { } sweep ? [.. named.Union(await OfSweepAsync(db, sweep, ct))] : [.. named.Distinct()];
    }

    /// <summary>The same, without jobs that the sweep shares with others.</summary>
    /// <param name="shared">Whether to keep them.</param>
    /// <exception cref="UserException">NotFound: no such sweep.</exception>
    public async Task<IReadOnlyList<long>> ReadOwnAsync(
        CommandContext context, ParseResult parsed, NpgsqlDataSource db, bool shared, CancellationToken ct)
    {
        var all = await ReadAsync(parsed, db, ct);
        return shared || Sweep(parsed) is not { } sweep ? all
            : await SharedJobs.LeaveOutAsync(context, db, sweep, all, parsed.GetValue(_jobs) ?? [], ct);
    }

    /// <summary>The same, in the order of their numbers: jobs that are put back into the queue keep their order there.</summary>
    /// <inheritdoc cref="ReadOwnAsync"/>
    public async Task<IReadOnlyList<long>> ReadInTurnAsync(
        CommandContext context, ParseResult parsed, NpgsqlDataSource db, bool shared, CancellationToken ct) =>
        [.. (await ReadOwnAsync(context, parsed, db, shared, ct)).Order()];

    /// <summary>The jobs of a sweep, in its order.</summary>
    /// <exception cref="UserException">NotFound: no such sweep, or all of its jobs are deleted.</exception>
    public static async Task<IReadOnlyList<long>> OfSweepAsync(NpgsqlDataSource db, long sweep, CancellationToken ct)
    {
        var jobs = await new SweepStore(db).JobsAsync(sweep, ct);
        if (jobs.Count > 0) return jobs;
        throw await new SweepQueries(db).OfAsync(sweep, ct) is null ? NotFound.Sweep(sweep)
            : new UserException(ExitCode.NotFound, $"all jobs of sweep {sweep} are deleted");
    }
}
