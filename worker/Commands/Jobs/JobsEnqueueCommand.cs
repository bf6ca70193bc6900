using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres.Embedded;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs enqueue FILE</c> and <c>--sweep FILE</c>: put a dataset, or an evaluation of many jobs, into the queue.</summary>
static class JobsEnqueueCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The dataset, JSON Lines in UTF-8: GSM8K (question, answer), MATH500 (problem, answer), OpenAI batch (custom_id, body), or native (custom_id, question, gold_answer), each with a level if the dataset has them. A path, or an https or blob URI.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var sweep = new Option<string?>("--sweep") { Description = "Instead of one job, those of a sweep file (YAML or JSON) that the tables don't hold for the same inputs; prints the sweep's number.", HelpName = "FILE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "With --sweep: show the jobs and what they will cost, and enqueue nothing." };
        var fresh = new Option<bool>("--fresh") { Description = "With --sweep: run all its jobs, those too that the tables hold for the same inputs." };
        var limit = NumberOption.Count("--limit", "Take only the first N problems (default: all).");
        var skipInvalid = new Option<bool>("--skip-invalid") { Description = "Enqueue the good lines of a file that has bad ones." };
        var modelsElsewhere = new Option<bool>("--models-elsewhere") { Description = "Don't look for the models: they are on the workers' machines, not on this one." };
        var via = EnumOption.Create<EnqueueRoute>("--via", "Put the job into the database, or send it as a message to the queue of Rebase:Intake, for a worker to take in (default: database).");
        var messageId = new Option<string?>("--message-id") { Description = "With --via service-bus: the message's id, which makes the job unique (default: a new one).", HelpName = "ID" };
        var format = FormatOption.Create();
        format.Description = $"With --dry-run: {format.Description}";
        var spec = new JobSpecOptions();
        var command = new DocumentedCommand("enqueue", """
            Puts a dataset into the queue as a job and prints the job's number. Workers take it from there; nothing is enqueued when a line of the file is bad, unless --skip-invalid is given.
            Example: rebase jobs enqueue test.jsonl --policy policy.gguf --reward prm.gguf --width 64 --name "nightly"
            Example: rebase jobs enqueue https://example.org/sets/gsm8k.jsonl --policy policy.gguf --reward prm.gguf
            Example: rebase jobs enqueue --sweep sizes.yaml --dry-run
            Example: rebase jobs enqueue https://data.example/test.jsonl --policy mistral --reward shepherd --via service-bus
            """) { file, sweep, dryRun, fresh, limit, skipInvalid, modelsElsewhere, via, messageId, format };
        spec.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            if (parsed.GetValue(sweep) is { } sweepFile)
            {
                if (parsed.GetValue(file) is { } extra) throw new UserException(ExitCode.BadInput, $"--sweep names its datasets itself, so leave {extra} out");
                if (parsed.GetValue(via) is EnqueueRoute.ServiceBus) throw new UserException(ExitCode.BadInput, "a sweep is planned by what the tables hold, so --via service-bus does not go with it: enqueue its jobs one by one, or the sweep into the database");
                if (spec.Given(parsed).Append(parsed.GetResult(limit) is { Implicit: false } ? "--limit" : null).FirstOrDefault(name => name is not null) is { } given)
                    throw new UserException(ExitCode.BadInput, $"{given} does not go with --sweep: write it into the sweep's file");
                var enqueue = new SweepEnqueue(context, parsed.GetValue(skipInvalid), parsed.GetValue(modelsElsewhere), parsed.GetValue(fresh));
                if (parsed.GetValue(dryRun)) await enqueue.ShowAsync(sweepFile, parsed.GetValue(format) ?? OutputFormat.Table, ct);
                else await enqueue.EnqueueAsync(sweepFile, ct);
                return;
            }

            if (parsed.GetValue(dryRun)) throw new UserException(ExitCode.BadInput, "--dry-run goes with --sweep only");
            if (parsed.GetValue(fresh)) throw new UserException(ExitCode.BadInput, "--fresh goes with --sweep only: a job from a dataset file is a new one always");
            var dataset = parsed.GetValue(file) ?? throw new UserException(ExitCode.BadInput, "name a dataset file, or a sweep file with --sweep");
            var job = spec.Read(parsed, environment.Folder);
            if (parsed.GetValue(via) is EnqueueRoute.ServiceBus)
            {
                await using var queue = IntakeQueues.Create(IntakeKind.ServiceBus, context.Options.Intake);
                await new MessageEnqueue(context, queue).EnqueueAsync(job, dataset, parsed.GetValue(limit), parsed.GetValue(skipInvalid), parsed.GetValue(messageId) ?? $"{Guid.NewGuid():N}", ct);
                return;
            }
            if (parsed.GetValue(messageId) is not null) throw new UserException(ExitCode.BadInput, "--message-id goes with --via service-bus only");
            var origin = parsed.GetValue(modelsElsewhere) ? new(RemoteUri.NameOf(dataset)) : await OriginAsync(context, dataset, job, ct);
            var problems = await DatasetFile.ReadAsync(context, dataset, parsed.GetValue(skipInvalid), ct);
            if (parsed.GetValue(limit) is { } count) problems = [.. problems.Take(count)];

            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = await new JobStore(database.DataSource).EnqueueAsync(job, problems, ct, origin);
            context.Out.WriteLine(jobId);
            context.WriteStderr($"job {jobId}: {problems.Count} {(problems.Count == 1 ? "problem" : "problems")} enqueued; 'rebase jobs watch {jobId}' follows it");
        });
        return command;
    }

    static async Task<JobOrigin> OriginAsync(CommandContext context, string dataset, JobSpec job, CancellationToken ct)
    {
        var catalog = new ModelCatalog(context.Options.Models);
        return new(RemoteUri.NameOf(dataset), await HashAsync(job.Policy, ModelRole.Policy), job.Reward is { } reward ? await HashAsync(reward, ModelRole.Reward) : null);

        Task<string> HashAsync(string model, ModelRole role) => catalog.Resolve(model, role).File.HashAsync(ct);
    }
}
