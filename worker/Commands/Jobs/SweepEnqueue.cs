using Microsoft.Extensions.Logging;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres.Embedded;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs enqueue --sweep FILE</c>: a job for every cell of a sweep that the tables don't hold yet.</summary>
/// <param name="fresh">Whether cells run again that the tables hold.</param>
sealed class SweepEnqueue(CommandContext context, bool skipInvalid, bool modelsElsewhere, bool fresh = false)
{
    /// <summary>Shows every job with what it will cost, and enqueues nothing.</summary>
    public async Task ShowAsync(string file, OutputFormat format, CancellationToken ct)
    {
        var (_, jobs) = await PrepareAsync(file, ct);
        await using var database = await context.OpenDatabaseAsync(ct);
        var rows = await EstimateAsync(database.DataSource, jobs, ct);
        Listing.Write(context.Out, format, rows,
            new("dataset", row => row.Job.Inputs.DatasetName),
            new("problems", row => row.Job.Problems.Count),
            new("policy", row => RemoteUri.NameOf(row.Job.Spec.Policy)),
            new("reward", row => row.Job.Spec.Reward is { } reward ? RemoteUri.NameOf(reward) : null),
            new("strategy", row => EnumOption.Name(row.Job.Spec.Strategy)),
            new("width", row => row.Job.Spec.Width),
            new("seed", row => row.Job.Spec.Seed),
            new("held_by_job", row => row.HeldBy),
            new("policy_flops", row => row.Cost?.PolicyFlops, row => row.Cost is { } cost ? HumanText.Flops(cost.PolicyFlops) : ""),
            new("total_flops", row => row.Cost?.TotalFlops, row => row.Cost?.TotalFlops is { } flops ? HumanText.Flops(flops) : ""),
            new("seconds", row => row.Cost?.Seconds, row => row.Cost?.Seconds is { } seconds ? HumanText.Seconds(seconds) : "", "time"),
            new("basis", row => row.Cost is { } cost ? EnumOption.Name(cost.Basis) : null));
        context.WriteStderr(Summary(rows));
    }

    /// <summary>Enqueues what is missing; writes the sweep's number to stdout.</summary>
    public async Task EnqueueAsync(string file, CancellationToken ct)
    {
        var (sweep, jobs) = await PrepareAsync(file, ct);
        await using var database = await context.OpenDatabaseAsync(ct);
        var rows = await EstimateAsync(database.DataSource, jobs, ct);
        var stored = await new SweepStore(database.DataSource).EnqueueAsync(sweep, jobs, ct, fresh);
        context.Out.WriteLine(stored.SweepId);
        context.WriteStderr($"sweep {stored.SweepId}: {stored.Enqueued} {(stored.Enqueued == 1 ? "job" : "jobs")} enqueued, {stored.Jobs.Count - stored.Enqueued} held already; {Summary(rows)}");
    }

    /// <exception cref="UserException">The file, a dataset or a model can't be used.</exception>
    public async Task<(SweepSpec Sweep, IReadOnlyList<PreparedJob> Jobs)> PrepareAsync(string file, CancellationToken ct)
    {
        var (sweep, problems) = await ReadAsync(file, ct);
        return (sweep, await new SweepPreparation(modelsElsewhere ? null : new ModelCatalog(context.Options.Models)).PrepareAsync(sweep, problems, ct));
    }

    /// <summary>The sweep with whole paths, and each of its datasets.</summary>
    public async Task<(SweepSpec Sweep, IReadOnlyList<IReadOnlyList<ProblemSpec>> Problems)> ReadAsync(string file, CancellationToken ct)
    {
        var path = Path.GetFullPath(file, context.Environment.Folder);
        if (!File.Exists(path)) throw new UserException(ExitCode.NotFound, $"there is no sweep file {path}");
        var sweep = SweepReader.Read(await File.ReadAllTextAsync(path, ct), Path.GetFileName(path));
        // As in a Makefile: what a file names lies beside it, wherever one stands.
        var folder = Path.GetDirectoryName(path)!;
        sweep = sweep with
        {
            Datasets = [.. sweep.Datasets.Select(dataset => RemoteUri.Is(dataset.Path) ? dataset : dataset with { Path = Path.GetFullPath(dataset.Path, folder) })],
            Policies = [.. sweep.Policies.Select(model => JobSpecOptions.Model(model, folder))],
            Rewards = [.. sweep.Rewards.Select(model => JobSpecOptions.Model(model, folder))],
        };
        var problems = new List<IReadOnlyList<ProblemSpec>>();
        foreach (var dataset in sweep.Datasets) problems.Add(await DatasetFile.ReadAsync(context, dataset.Path, skipInvalid, ct));
        // What is stored must not let anyone in who reads it.
        return (sweep with { Datasets = [.. sweep.Datasets.Select(dataset => RemoteUri.Is(dataset.Path) ? dataset with { Path = RemoteUri.Parse(dataset.Path).Bare } : dataset)] }, problems);
    }

    async Task<IReadOnlyList<Row>> EstimateAsync(Npgsql.NpgsqlDataSource db, IReadOnlyList<PreparedJob> jobs, CancellationToken ct)
    {
        var held = fresh ? new Dictionary<string, long>() : await new SweepStore(db).HeldAsync(jobs.Select(job => job.Inputs.InputsSha256), ct);
        var past = await new PastJobStore(db).ReadAsync(ct);
        var parameters = modelsElsewhere ? [] : CountParameters(jobs.Select(job => job.Spec.Policy).Distinct());
        return [.. jobs.Select(job => held.TryGetValue(job.Inputs.InputsSha256, out var id)
            ? new Row(job, id, null)
            : new Row(job, null, CostEstimate.Of(job.Spec, job.Problems.Count, past, parameters.TryGetValue(job.Spec.Policy, out var count) ? count : null)))];
    }

    /// <summary>Weights of those policies whose files are on this machine.</summary>
    Dictionary<string, long> CountParameters(IEnumerable<string> policies)
    {
        using var logs = LoggerFactory.Create(context.LogToStderr);
        var (catalog, cache) = (new ModelCatalog(context.Options.Models), context.ModelCache(logs));
        var counts = new Dictionary<string, long>();
        foreach (var policy in policies)
        {
            if (catalog.Resolve(policy, ModelRole.Policy).File.In(cache).Path is { } path) counts[policy] = GgufHeader.CountParameters(path);
        }

        return counts;
    }

    static string Summary(IReadOnlyList<Row> rows)
    {
        var due = rows.Where(row => row.HeldBy is null).ToList();
        if (due.Count == 0) return "everything is held already, so it costs nothing";
        var costs = due.Select(row => row.Cost).OfType<JobCost>().ToList();
        var flops = costs.Count == 0 ? "an unknown number of operations" : $"about {HumanText.Flops(costs.Sum(cost => cost.TotalFlops ?? cost.PolicyFlops))}";
        var timed = costs.Where(cost => cost.Seconds is not null).ToList();
        var time = timed.Count == due.Count ? $"and {HumanText.Seconds(timed.Sum(cost => cost.Seconds!.Value))} of one worker"
            : timed.Count == 0 ? "for a time that nothing like it tells yet"
            : $"and {HumanText.Seconds(timed.Sum(cost => cost.Seconds!.Value))} of one worker for the {timed.Count} of them that the like ran of before";
        return $"{due.Count} {(due.Count == 1 ? "job" : "jobs")} will cost {flops} {time}";
    }

    sealed record Row(PreparedJob Job, long? HeldBy, JobCost? Cost);
}
