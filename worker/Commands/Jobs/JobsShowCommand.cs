using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Environments;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs show JOB</c>: the state of one job.</summary>
static class JobsShowCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var format = FormatOption.Create();
        var command = new DocumentedCommand("show", """
            Shows the state of a job.
            This includes its settings, its batches by state, the numbers of answered and failed problems, steps and tokens, and the first
            error. Failed problems are not graded. Unanswered ones (no solution has an answer) are graded and not correct. When no running
            worker can serve the job, it says why.
            Example: rebase jobs show 7 --format json
            """) { job, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            var progress = await new JobStore(database.DataSource).ProgressAsync(jobId, ct) ?? throw NotFound.Job(jobId);
            var environments = new EnvironmentStore(database.DataSource);
            var pinned = await environments.PinnedAsync(jobId, ct);
            var ranOn = await environments.OfAttemptsAsync(jobId, ct);
            Listing.WriteOne(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, progress,
            [
                .. s_properties,
                new("policy_sha256", _ => pinned?.Policy),
                new("reward_sha256", _ => pinned?.Reward),
                new("embedding_sha256", _ => pinned?.Embedding),
                new("ran_on", _ => string.Join('\n', ranOn.Select(EnvironmentFacts.TextOf))),
                new("waits_for", row => string.Join(' ', row.WaitsFor), row => JobRemarks.WaitsForText(row.WaitsFor)),
            ]);
        });
        return command;
    }

    static readonly Column<JobProgress>[] s_properties =
    [
        new("job", row => row.JobId),
        new("name", row => row.Spec?.Name),
        new("unreadable", row => row.Unreadable),
        new("state", row => JobStateText.Of(row.State, row.CancelRequested, row.Failed, row.IsPaused),
            row => JobStateText.Shown(row.State, row.CancelRequested, row.Failed, row.IsPaused)),
        new("dataset", row => DatasetTitle.Of(row.DatasetName)),
        new("dataset_path", row => row.DatasetPath is { } path ? MaskedUri.Of(path) : null),
        new("tags", row => row.Tags.ToString()),
        new("preset", row => row.Spec?.Preset),
        new("strategy", row => row.Spec?.Strategy),
        new("width", row => row.Spec?.Width),
        new("beam_width", row => row.Spec?.BeamWidth),
        new("lookahead", row => row.Spec?.Lookahead),
        new("score_every", row => row.Spec?.ScoreEvery),
        new("uct", row => row.Spec?.UctConstant),
        new("dora_key", row => row.Spec?.DoraKey),
        new("dora_temperature", row => row.Spec?.DoraTemperature),
        new("annealing", row => row.Spec?.Annealing),
        new("allocation", row => row.Spec?.Allocation),
        new("temperature", row => row.Spec?.Temperature),
        new("top_k", row => row.Spec?.TopK),
        new("top_p", row => row.Spec?.TopP),
        new("min_p", row => row.Spec?.MinP),
        new("balance_temperature", row => row.Spec?.BalanceTemperature),
        new("aggregation", row => row.Spec?.Aggregation),
        new("voting", row => row.Spec?.Voting),
        new("answer_pattern", row => row.Spec?.AnswerPattern),
        new("tolerance", row => row.Spec?.Tolerance),
        new("max_step_tokens", row => row.Spec?.MaxStepTokens),
        new("max_solution_tokens", row => row.Spec?.MaxSolutionTokens),
        new("max_depth", row => row.Spec?.MaxDepth),
        new("max_tokens_per_problem", row => row.Spec?.MaxTokensPerProblem),
        new("max_flops_per_problem", row => row.Spec?.MaxFlopsPerProblem),
        new("max_seconds_per_problem", row => row.Spec?.MaxSecondsPerProblem),
        new("stop_at_confidence", row => row.Spec?.StopAtConfidence),
        new("deadline", row => row.Spec?.Deadline),
        new("keep_nodes_days", row => row.Spec?.KeepNodesDays),
        new("seed", row => row.Spec?.Seed),
        new("policy", row => row.Spec?.Policy),
        new("reward", row => row.Spec?.Reward),
        new("embedding_model", row => row.Spec?.EmbeddingModel),
        new("problems", row => row.Problems),
        new("answered", row => row.Answered),
        new("failed", row => row.Failed),
        new("correct", row => row.Correct),
        new("graded", row => row.Graded),
        new("accuracy", row => row.Graded == 0 ? null : (double)row.Correct / row.Graded,
            row => row.Graded == 0 ? "" : $"{AccuracyText.Of(row.Correct, row.Graded)}, {AccuracyText.Graded(row.Graded, row.Problems)}"),
        new("unanswered", row => row.Unanswered),
        new("steps", row => row.Nodes, row => HumanText.Of(row.Nodes)),
        new("sampled_tokens", row => row.SampledTokens, row => HumanText.Of(row.SampledTokens)),
        new("search_seconds", row => row.SearchSeconds, row => HumanText.Seconds(row.SearchSeconds)),
        new("batch_size", row => row.Spec?.BatchSize),
        new("max_attempts", row => row.Spec?.MaxAttempts),
        new("batches_available", row => row.Batches.Available),
        new("batches_running", row => row.Batches.Running),
        new("batches_retryable", row => row.Batches.Retryable),
        new("batches_completed", row => row.Batches.Completed),
        new("batches_cancelled", row => row.Batches.Cancelled),
        new("batches_discarded", row => row.Batches.Discarded),
        new("workers", row => string.Join(' ', row.Workers)),
        new("unserved_because", row => row.UnservedBecause),
        new("pending_files", row => row.PendingFiles),
        new("first_error", row => row.OldestError),
        new("enqueued_at", row => row.EnqueuedAt),
        new("started_at", row => row.StartedAt),
        new("finished_at", row => row.FinishedAt),
        new("restarts", row => row.Restarts),
        new("rewinds", row => row.Rewinds),
        new("unanswered_causes", row => UnansweredText.Causes(row.UnansweredCauses)),
        new("priority", row => row.Priority),
        new("team", row => row.Team),
        new("needs", row => row.Spec?.Needs?.ToString()),
    ];
}
