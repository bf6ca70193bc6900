using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs enqueue FILE</c> and <c>--sweep FILE</c>: put a dataset, or the jobs of a sweep, into the queue.</summary>
static class JobsEnqueueCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The dataset: a path, an https or blob URI, or - for stdin. It is Parquet, JSON Lines, a JSON array, CSV or "
                + "TSV, also packed with gzip, and has the names of public datasets (question or problem; answer or solution; level) or "
                + "lines of an OpenAI batch (custom_id, body). 'rebase datasets check' shows what is read.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var sweep = new Option<string?>("--sweep")
        {
            Description = "Enqueue the jobs of a sweep file (YAML or JSON) instead of one job, and print the sweep's number. A job whose "
                + "inputs equal those of a job in the database is not enqueued again.",
            HelpName = "FILE",
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "With --sweep: show the jobs and their estimated cost, and enqueue nothing.",
        };
        var fresh = new Option<bool>("--fresh")
        {
            Description = "With --sweep: enqueue all of its jobs, even if the database has jobs with the same inputs.",
        };
        var limit = NumberOption.Count("--limit", "Enqueue only the first N problems (default: all).");
        var skipInvalid = new Option<bool>("--skip-invalid") { Description = "Skip the bad lines of the dataset and enqueue the others." };
        var noGold = new Option<bool>("--no-gold")
        {
            Description = "Take a dataset without any right answer. Its answers are not graded. In a sweep, write 'no_gold: true' at the "
                + "dataset.",
        };
        var modelsElsewhere = ModelsElsewhereOption.Create();
        var via = EnumOption.Create<EnqueueRoute>("--via",
            "'database' stores the job in the database; 'service-bus' sends it as a message to the queue of Rebase:Intake, from which a "
                + "worker takes it (default: database).");
        var messageId = new Option<string?>("--message-id")
        {
            Description = "With --via service-bus: the message's id. Messages with the same id make only one job (default: a new id).",
            HelpName = "ID",
        };
        var tag = TagOption.Create("--tag", "A tag of the job; with --sweep of the sweep and all its new jobs, besides those of the file. "
            + "Jobs are found by their tags ('rebase jobs list --tag').");
        var format = FormatOption.Create();
        format.Description = $"With --dry-run: {char.ToLowerInvariant(format.Description![0])}{format.Description[1..]}";
        var spec = new JobSpecOptions();
        var command = new DocumentedCommand("enqueue", """
            Puts a dataset into the queue as a job, and prints the job's number.
            Workers take the job from there. If a line of the dataset is bad, nothing is enqueued, unless --skip-invalid is given.
            Example: rebase jobs enqueue test.jsonl --policy policy.gguf --reward prm.gguf --width 64 --name "nightly" --tag team=a
            Example: rebase jobs enqueue https://example.org/sets/gsm8k.jsonl --policy policy.gguf --reward prm.gguf
            Example: rebase jobs enqueue --sweep sizes.yaml --dry-run
            Example: rebase jobs enqueue test.jsonl --policy policy.gguf --reward prm.gguf --unique --after 7,sweep:2
            Example: rebase jobs enqueue https://data.example/test.jsonl --policy mistral --reward shepherd --via service-bus
            """) { file, sweep, dryRun, fresh, limit, skipInvalid, noGold, modelsElsewhere, via, messageId, tag, format };
        var fields = new DatasetFieldOptions();
        var order = new OrderOptions();
        order.AddTo(command);
        fields.AddTo(command);
        spec.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            if (parsed.GetValue(sweep) is { } sweepFile)
            {
                if (parsed.GetValue(file) is { } extra)
                    throw new UserException(ExitCode.BadInput, $"the file of --sweep names the datasets, so leave {extra} out");
                if (parsed.GetValue(via) is EnqueueRoute.ServiceBus)
                {
                    throw new UserException(ExitCode.BadInput,
                        "--via service-bus can't be used with --sweep, because planning a sweep needs the database: enqueue its jobs one "
                            + "by one, or leave --via out");
                }
                string[] ofOneJob = [.. spec.Given(parsed), .. parsed.GetResult(limit) is { Implicit: false } ? ["--limit"] : (string[])[],
                    .. parsed.GetValue(noGold) ? ["--no-gold"] : (string[])[], .. fields.Given(parsed)];
                if (ofOneJob is [var given, ..])
                    throw new UserException(ExitCode.BadInput,
                        $"{given} can't be used with --sweep: write the setting into the sweep's file");
                if (order.GivenOfOneJob(parsed) is { } unique)
                    throw new UserException(ExitCode.BadInput,
                        $"{unique} can't be used with --sweep: a sweep enqueues no job that is there already, unless --fresh is given");
                var enqueue = new SweepEnqueue(
                    context, parsed.GetValue(skipInvalid), parsed.GetValue(modelsElsewhere), parsed.GetValue(fresh))
                {
                    Tags = parsed.GetValue(tag) ?? TagSet.None,
                    After = order.GivenAfter(parsed) is null ? null : (jobs, stop) => order.AfterAsync(parsed, jobs, stop),
                };
                if (parsed.GetValue(dryRun)) await enqueue.ShowAsync(sweepFile, parsed.GetValue(format) ?? OutputFormat.Table, ct);
                else await enqueue.EnqueueAsync(sweepFile, ct);
                return;
            }

            if (parsed.GetValue(dryRun)) throw new UserException(ExitCode.BadInput, "--dry-run can only be used with --sweep");
            if (parsed.GetValue(fresh))
                throw new UserException(ExitCode.BadInput, "--fresh can only be used with --sweep: a dataset file always makes a new job");
            var dataset = parsed.GetValue(file)
                ?? throw new UserException(ExitCode.BadInput, "name a dataset file, or a sweep file with --sweep");
            var job = spec.Read(parsed, environment.Folder, context.WriteStderr);
            var tags = parsed.GetValue(tag) ?? TagSet.None;
            var rules = new DatasetRules(
                parsed.GetValue(skipInvalid), parsed.GetValue(noGold), parsed.GetValue(limit), Fields: fields.Read(parsed));
            if (MomentOption.Remark(parsed, "--deadline") is { } zone) context.WriteStderr(zone);
            ServedModelRemark.Write(context, [job]);
            if (parsed.GetValue(via) is EnqueueRoute.ServiceBus)
            {
                if (order.Given(parsed) is { } ordered)
                    throw new UserException(ExitCode.BadInput, $"{ordered} can't be used with --via service-bus: a message names no job");
                if (dataset == InputText.Stdin)
                    throw new UserException(ExitCode.BadInput,
                        "--via service-bus can't be used with -: a message has its problems from a file, so write them into one");
                await using var queue = IntakeQueues.Create(
                    IntakeKind.ServiceBus, context.Options.Intake, QueuePatience.OfCommand(context.WriteStderr));
                var id = parsed.GetValue(messageId) ?? $"{Guid.NewGuid():N}";
                await new MessageEnqueue(context, queue).EnqueueAsync(job, dataset, rules, id, ct, tags);
                return;
            }
            if (parsed.GetValue(messageId) is not null)
                throw new UserException(ExitCode.BadInput, "--message-id can only be used with --via service-bus");
            var origin = parsed.GetValue(modelsElsewhere)
                ? new(DatasetOrigin.NameOf(dataset)) { DatasetPath = DatasetOrigin.PathOf(context, dataset) }
                : await OriginAsync(context, dataset, job, ct);
            var problems = await DatasetFile.ReadAsync(context, dataset, rules, ct);

            await using var database = await context.OpenDatabaseAsync(ct);
            var jobs = new JobStore(database.DataSource);
            var place = (await order.ReadAsync(parsed, origin, jobs, ct)) with { Tags = tags };
            var enqueued = await jobs.EnqueueAsync(job, problems, place, ct);
            context.Out.WriteLine(enqueued.JobId);
            await RemarkAsync(context, jobs, enqueued, problems.Count, ct);
        });
        return command;
    }

    static async Task RemarkAsync(CommandContext context, JobStore jobs, EnqueuedJob enqueued, int problems, CancellationToken ct)
    {
        var (jobId, progress) = (enqueued.JobId, await jobs.ProgressAsync(enqueued.JobId, ct));
        if (enqueued.IsNew)
        {
            var count = problems == 1 ? "1 problem" : $"{problems} problems";
            var waits = progress is { WaitsFor: [_, ..] others } ? $"; it {JobRemarks.WaitsForText(others)}" : "";
            context.WriteStderr($"job {jobId}: {count} enqueued{waits}; 'rebase jobs watch {jobId}' shows its progress");
            return;
        }

        var state = progress is null ? "there" : JobStateText.Shown(progress.State, progress.CancelRequested, progress.Failed);
        context.WriteStderr($"job {jobId} is there already ({state}), and nothing was enqueued"
            + (enqueued.HasSameInputs ? "" : "; it has the same key, but other problems, settings or weights")
            + (progress is { State: JobState.Completed, Failed: > 0 }
                ? $"; 'rebase jobs retry {jobId}' solves its failed problems again" : ""));
    }

    static async Task<JobOrigin> OriginAsync(CommandContext context, string dataset, JobSpec job, CancellationToken ct)
    {
        var catalog = new ModelCatalog(context.Options.Models);
        var policy = await HashAsync(job.Policy, ModelRole.Policy);
        return new(DatasetOrigin.NameOf(dataset), policy, job.Reward is { } reward ? await HashAsync(reward, ModelRole.Reward) : null)
        {
            DatasetPath = DatasetOrigin.PathOf(context, dataset),
            EmbeddingSha256 = job.EmbeddingModel is { } embedding ? await HashAsync(embedding, ModelRole.Embedding) : null,
        };

        Task<string?> HashAsync(string model, ModelRole role) => catalog.Resolve(model, role).PlannedHashAsync(ct);
    }
}
