using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Datasets;
using RebaseBatch.Errors;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.LlamaCpp;
using RebaseBatch.Jobs;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs enqueue FILE</c>: puts a dataset into the queue.</summary>
static class JobsEnqueueCommand
{
    const int ShownInvalidLines = 20;

    public static Command Create(Surroundings surroundings)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The dataset, JSON Lines in UTF-8: GSM8K (question, answer), MATH500 (problem, answer), OpenAI batch (custom_id, body), or native (custom_id, question, gold_answer).",
        };
        var limit = Numeric.Count("--limit", "Take only the first N problems (default: all).");
        var skipInvalid = new Option<bool>("--skip-invalid") { Description = "Enqueue the good lines of a file that has bad ones." };
        var modelsElsewhere = new Option<bool>("--models-elsewhere") { Description = "Don't look for the models: they are on the workers' machines, not on this one." };
        var spec = new JobSpecOptions();
        var command = new Verb("enqueue", """
            Puts a dataset into the queue as a job and prints the job's number. Workers take it from there; nothing is enqueued when a line of the file is bad, unless --skip-invalid is given.
            Example: rebase jobs enqueue test.jsonl --policy policy.gguf --reward prm.gguf --width 64 --name "nightly"
            """) { file, limit, skipInvalid, modelsElsewhere };
        spec.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(surroundings, parsed);
            var job = spec.Read(parsed, surroundings.Folder);
            if (!parsed.GetValue(modelsElsewhere)) CheckModels(context, job);
            var problems = await ReadAsync(context, parsed.GetRequiredValue(file), parsed.GetValue(skipInvalid), ct);
            if (parsed.GetValue(limit) is { } count) problems = [.. problems.Take(count)];

            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = await new JobStore(database.DataSource).EnqueueAsync(job, problems, ct);
            context.Out.WriteLine(jobId);
            context.Say($"job {jobId}: {problems.Count} {(problems.Count == 1 ? "problem" : "problems")} enqueued; 'rebase jobs watch {jobId}' follows it");
        });
        return command;
    }

    static void CheckModels(CommandContext context, JobSpec job)
    {
        var catalog = new ModelCatalog(context.Options.Models);
        GgufFile.Check(catalog.Resolve(job.Policy, ModelRole.Policy).Path);
        if (job.Reward is { } reward) GgufFile.Check(catalog.Resolve(reward, ModelRole.Reward).Path);
    }

    static async Task<IReadOnlyList<ProblemSpec>> ReadAsync(CommandContext context, string file, bool skipInvalid, CancellationToken ct)
    {
        var path = Path.GetFullPath(file, context.Surroundings.Folder);
        if (!File.Exists(path)) throw new UserException(ExitCode.NotFound, $"there is no dataset file {path}");
        await using var stream = File.OpenRead(path);
        var dataset = await DatasetReader.ReadAsync(stream, Path.GetFileName(path), ct);

        var invalid = dataset.InvalidLines;
        foreach (var line in invalid.Take(ShownInvalidLines)) context.Say($"rebase: {file}, line {line.Line}: {line.Reason}");
        if (invalid.Count > ShownInvalidLines) context.Say($"rebase: {file}: {invalid.Count - ShownInvalidLines} more lines are bad");
        if (invalid.Count > 0 && !skipInvalid)
            throw new UserException(ExitCode.BadInput, $"nothing was enqueued, as {invalid.Count} of {file}'s lines can't be used; mend them, or leave them out with --skip-invalid");
        if (dataset.Problems.Count == 0) throw new UserException(ExitCode.BadInput, $"{file} holds no problem, so there is nothing to enqueue");
        return dataset.Problems;
    }
}
