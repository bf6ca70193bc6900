using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs enqueue --sweep FILE</c>: a job for every cell of a sweep that no job in the database has done.</summary>
/// <param name="fresh">Whether to enqueue all cells, also those that a job has done.</param>
sealed class SweepEnqueue(CommandContext context, bool skipInvalid, bool modelsElsewhere, bool fresh = false)
{
    /// <summary>Says what its new jobs wait for; null: what the file says.</summary>
    public Func<JobStore, CancellationToken, Task<JobAfter>>? After { get; init; }

    /// <summary>Besides those of the file, and before them.</summary>
    public TagSet Tags { get; init; } = TagSet.None;

    /// <summary>Shows every job with its estimated cost, and enqueues nothing.</summary>
    public async Task ShowAsync(string file, OutputFormat format, CancellationToken ct)
    {
        var (sweep, jobs) = await PrepareAsync(file, ct);
        await using var database = await context.OpenDatabaseAsync(ct);
        var after = await AwaitedAsync(database.DataSource, sweep, ct);
        var rows = await EstimateAsync(database.DataSource, jobs, ct);
        Listing.Write(context.Out, format, rows,
            new("dataset", row => row.Job.Inputs.DatasetName,
                row => DatasetTitle.Of(row.Job.Inputs.DatasetName) ?? "", Rank: 1, Least: 12),
            new("problems", row => row.Job.Problems.Count, Rank: 4),
            new("policy", row => RemoteUri.NameOf(row.Job.Spec.Policy), Rank: 2, Least: 12),
            new("reward", row => row.Job.Spec.Reward is { } reward ? RemoteUri.NameOf(reward) : null, Rank: 5, Least: 12),
            new("strategy", row => EnumOption.Name(row.Job.Spec.Strategy), Rank: Rank.Key),
            new("width", row => row.Job.Spec.Width, Rank: Rank.Key),
            new("seed", row => row.Job.Spec.Seed, Rank: 3),
            new("held_by_job", row => row.HeldBy, Rank: Rank.Verdict),
            new("policy_flops", row => row.Cost?.PolicyFlops,
                row => row.Cost is { } cost ? HumanText.Flops(cost.PolicyFlops) : "", Rank: 7),
            new("total_flops", row => row.Cost?.TotalFlops,
                row => row.Cost?.TotalFlops is { } flops ? HumanText.Flops(flops) : "", Rank: 6),
            new("seconds", row => row.Cost?.Seconds,
                row => row.Cost?.Seconds is { } seconds ? HumanText.Seconds(seconds) : "", "time", Rank: 3),
            new("basis", row => row.Cost is { } cost ? EnumOption.Name(cost.Basis) : null, Rank: 8));
        context.WriteStderr($"{Summary(rows)}{WaitsFor(after)}");
        ServedModelRemark.Write(context, jobs.Select(job => job.Spec));
        await SayFailuresAsync(database.DataSource, rows, ct);
    }

    /// <summary>Enqueues the missing jobs; writes the sweep's number to stdout.</summary>
    public async Task EnqueueAsync(string file, CancellationToken ct)
    {
        var (sweep, jobs) = await PrepareAsync(file, ct);
        await using var database = await context.OpenDatabaseAsync(ct);
        var store = new SweepStore(database.DataSource);
        var after = await AwaitedAsync(database.DataSource, sweep, ct);
        var rows = await EstimateAsync(database.DataSource, jobs, ct);
        var stored = await store.EnqueueAsync(sweep, jobs, ct, fresh, after);
        context.Out.WriteLine(stored.SweepId);
        context.WriteStderr(
            $"sweep {stored.SweepId}: {Jobs(stored.Enqueued)} enqueued, {stored.Jobs.Count - stored.Enqueued} already in the database; "
                + $"{Summary(rows)}{(stored.Enqueued > 0 ? WaitsFor(after) : "")}");
        ServedModelRemark.Write(context, jobs.Select(job => job.Spec));
        await SayFailuresAsync(database.DataSource, rows, ct);
    }

    /// <summary>A job that is there already does not solve its failed problems by itself.</summary>
    async Task SayFailuresAsync(Npgsql.NpgsqlDataSource db, IEnumerable<Row> rows, CancellationToken ct)
    {
        foreach (var (job, failed) in await new SweepStore(db).FailedAsync(rows.Select(row => row.HeldBy).OfType<long>(), ct))
            context.WriteStderr(
                $"job {job} is already in the database, and {(failed == 1 ? "1 of its problems" : $"{failed} of its problems")} failed: "
                    + $"'rebase jobs retry {job}' solves the failed problems again");
    }

    /// <exception cref="UserException">The file, a dataset or a model can't be used.</exception>
    public async Task<(SweepSpec Sweep, IReadOnlyList<PreparedJob> Jobs)> PrepareAsync(string file, CancellationToken ct)
    {
        var (sweep, problems) = await ReadAsync(file, ct);
        var preparation = new SweepPreparation(modelsElsewhere ? null : new ModelCatalog(context.Options.Models));
        return (sweep, await preparation.PrepareAsync(sweep, problems, ct));
    }

    /// <summary>The sweep with absolute paths, and the problems of each of its datasets.</summary>
    public async Task<(SweepSpec Sweep, IReadOnlyList<IReadOnlyList<ProblemSpec>> Problems)> ReadAsync(string file, CancellationToken ct)
    {
        var input = await InputText.ReadAsync(context, file, "sweep file", ct);
        var sweep = SweepReader.Read(input.Text, input.Name);
        foreach (var ignored in SweepPlan.Ignored(sweep)) context.WriteStderr(ignored);
        // As in a Makefile: paths in the file start from the file's folder, not from the current one.
        var folder = input.Folder;
        sweep = sweep with
        {
            Datasets = [.. sweep.Datasets.Select(dataset => RemoteUri.Is(dataset.Path) || ForeignAddress.WayOut(dataset.Path) is not null
                ? dataset
                : dataset with { Path = Path.GetFullPath(dataset.Path, folder) })],
            Policies = [.. sweep.Policies.Select(model => JobSpecOptions.Model(model, folder))],
            Rewards = [.. sweep.Rewards.Select(model => JobSpecOptions.Model(model, folder))],
            Settings = Located(sweep.Settings, folder),
            Strategies = [.. sweep.Strategies.Select(strategy => strategy with { Settings = Located(strategy.Settings, folder) })],
            Tags = Tags.IsEmpty ? sweep.Tags : SweepTags.Of(sweep.Tags).With(Tags).Texts,
        };
        var problems = new List<IReadOnlyList<ProblemSpec>>();
        foreach (var dataset in sweep.Datasets)
            problems.Add(await DatasetFile.ReadAsync(
                context, dataset.Path,
                new(skipInvalid, dataset.NoGold is true, null, "'no_gold: true' at the dataset", dataset.Fields()), ct));
        // The stored sweep must not contain signatures, which would give its readers access.
        var bare = sweep.Datasets.Select(dataset => RemoteUri.Is(dataset.Path)
            ? dataset with { Path = RemoteUri.Parse(dataset.Path).Bare }
            : dataset);
        return (sweep with { Datasets = [.. bare] }, problems);
    }

    async Task<IReadOnlyList<Row>> EstimateAsync(Npgsql.NpgsqlDataSource db, IReadOnlyList<PreparedJob> jobs, CancellationToken ct)
    {
        var inputs = jobs.Select(job => job.Inputs);
        var held = fresh ? new Dictionary<string, long>() : await new SweepStore(db).HeldAsync(inputs, ct);
        var past = await new PastJobStore(db).ReadAsync(ct);
        var parameters = modelsElsewhere ? [] : CountParameters(jobs.Select(job => job.Spec.Policy).Distinct());
        return [.. jobs.Select(job => held.TryGetValue(job.Inputs.InputsSha256, out var id)
            ? new Row(job, id, null)
            : new Row(job, null, CostEstimate.Of(job.Spec, job.Problems.Count, past, CountOf(job.Spec.Policy))))];

        long? CountOf(string policy) => parameters.TryGetValue(policy, out var count) ? count : null;
    }

    /// <summary>Numbers of parameters of the policies whose files are on this machine, and of those on servers.</summary>
    Dictionary<string, long> CountParameters(IEnumerable<string> policies)
    {
        using var logs = LoggerFactory.Create(context.LogToStderr);
        var (catalog, cache) = (new ModelCatalog(context.Options.Models), context.ModelCache(logs));
        var counts = new Dictionary<string, long>();
        foreach (var policy in policies)
        {
            var profile = catalog.Resolve(policy, ModelRole.Policy);
            if (profile.Remote is { } remote) counts[policy] = remote.Parameters;
            else if (profile.File!.In(cache).Path is { } path)
                counts[policy] = GgufHeader.CountParameters(path);
        }

        return counts;
    }

    static JsonObject Located(JsonObject settings, string folder)
    {
        const string Embedding = "embedding_model";
        if (settings[Embedding] is not { } model) return settings;
        var located = settings.DeepClone().AsObject();
        located[Embedding] = JobSpecOptions.Model(model.GetValue<string>(), folder);
        return located;
    }

    static string Summary(IReadOnlyList<Row> rows)
    {
        var due = rows.Where(row => row.HeldBy is null).ToList();
        if (due.Count == 0) return "every job is already in the database, so the sweep costs nothing";
        var costs = due.Select(row => row.Cost).OfType<JobCost>().ToList();
        var flops = costs.Count == 0
            ? "an unknown number of FLOPs"
            : $"about {HumanText.Flops(costs.Sum(cost => cost.TotalFlops ?? cost.PolicyFlops))}";
        var timed = costs.Where(cost => cost.Seconds is not null).ToList();
        var seconds = HumanText.Seconds(timed.Sum(cost => cost.Seconds!.Value));
        var time = timed.Count == due.Count ? $"and {seconds} of one worker's time"
            : timed.Count == 0 ? "(time unknown: no similar job has been timed yet)"
            : $"and {seconds} of one worker's time for {timed.Count} of them (the others: time unknown, no similar job has been timed yet)";
        return $"{Jobs(due.Count)} will cost {flops} {time}";
    }

    async Task<JobAfter?> AwaitedAsync(Npgsql.NpgsqlDataSource db, SweepSpec sweep, CancellationToken ct)
    {
        var store = new SweepStore(db);
        var after = After is null ? await store.AfterAsync(sweep, ct) : await After(new(db), ct);
        if (after is not null) await store.CheckAsync(after, ct);
        return after;
    }

    static string WaitsFor(JobAfter? after) =>
        after is { Jobs: [_, ..] jobs } ? $"; each of the new jobs {JobRemarks.WaitsForText(jobs)}" : "";

    static string Jobs(int count) => count == 1 ? "1 job" : $"{count} jobs";

    sealed record Row(PreparedJob Job, long? HeldBy, JobCost? Cost);
}
