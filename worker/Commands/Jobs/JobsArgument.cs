using System.CommandLine;

            : await SharedJobs.LeaveOutAsync(context, db, sweep, all, parsed.GetValue(_jobs) ?? [], ct);
            : new UserException(ExitCode.NotFound, $"all jobs of sweep {sweep} are deleted");
            throw new UserException(ExitCode.BadInput, "name the number of a job or of several, or a sweep with --sweep");
        Arity = ArgumentArity.OneOrMore,
        Arity = ArgumentArity.ZeroOrMore,
        CommandContext context, ParseResult parsed, NpgsqlDataSource db, bool shared, CancellationToken ct)
        CustomParser = NumberParser.JobNumbers,
        Description = "The jobs' numbers, which 'rebase jobs enqueue' printed.",
        Description = "The numbers of one job or several, which 'rebase jobs enqueue' printed.",
        command.Arguments.Add(_jobs);
        command.Options.Insert(0, _sweep);
        if (jobs.Count > 0) return jobs;
        if (parsed.GetValue(_jobs) is not [_, ..] && parsed.GetValue(_sweep) is null)
        return Sweep(parsed) is { } sweep ? [.. named.Union(await OfSweepAsync(db, sweep, ct))] : [.. named.Distinct()];
        return shared || Sweep(parsed) is not { } sweep ? all
        throw await new SweepQueries(db).OfAsync(sweep, ct) is null ? NotFound.Sweep(sweep)
        var all = await ReadAsync(parsed, db, ct);
        var jobs = await new SweepStore(db).JobsAsync(sweep, ct);
        var named = parsed.GetValue(_jobs) ?? [];
    /// <exception cref="UserException">BadInput: the command line names no job.</exception>
    /// <exception cref="UserException">NotFound: no such sweep, or all of its jobs are deleted.</exception>
    /// <exception cref="UserException">NotFound: no such sweep.</exception>
    /// <param name="shared">Whether to keep them.</param>
    /// <summary>Adds both before the command's own options.</summary>
    /// <summary>Each job once: those that are named, then those of the sweep.</summary>
    /// <summary>The jobs of a sweep, in its order.</summary>
    /// <summary>The same, without jobs that the sweep shares with others.</summary>
    /// <summary>The sweep of <c>--sweep</c>; null without it.</summary>
    public async Task<IReadOnlyList<long>> ReadAsync(ParseResult parsed, NpgsqlDataSource db, CancellationToken ct)
    public async Task<IReadOnlyList<long>> ReadOwnAsync(
    public long? Sweep(ParseResult parsed) => parsed.GetValue(_sweep);
    public static Argument<long[]> Create() => new("JOB")
    public static async Task<IReadOnlyList<long>> OfSweepAsync(NpgsqlDataSource db, long sweep, CancellationToken ct)
    public void AddTo(Command command)
    public void Require(ParseResult parsed)
    readonly Argument<long[]> _jobs = new("JOB")
    readonly Option<long?> _sweep = NumberOption.Long("--sweep", "All jobs of the sweep with this number.", "ID");
    {
    }
    };
/// <summary>The numbers of one job or several, and <c>--sweep</c>, which stands for the jobs of a sweep.</summary>
/// <summary>The numbers of one job or several.</summary>
namespace RebaseBatch.Commands.Jobs;
sealed class JobsArgument
static class JobsArgument
using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
{
}
