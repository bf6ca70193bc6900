using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Exports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Results;

/// <summary>Writes ended jobs as files for other tools. A file appears only when it is complete, and another export replaces it.</summary>
/// <param name="remark">Takes a sentence for each job that is left out.</param>
sealed class ToolExport(ExportQueries queries, TimeProvider clock, Action<string> remark)
{
    static readonly JsonSerializerOptions s_indented = new(ContractsJson.Lines) { WriteIndented = true };

    /// <summary>
    /// Two files a job. The samples are first: a crash between the two leaves samples that no record names, and the next export replaces
    /// them.
    /// </summary>
    /// <exception cref="UserException">
    /// BadInput: no job has a graded answer, or a job has not ended. Incomplete: a job's answers changed meanwhile.
    /// </exception>
    public async Task EveryEvalEverAsync(IReadOnlyList<long> jobs, string folder, EveryEvalEverSource source, CancellationToken ct)
    {
        await foreach (var job in GradedAsync(jobs, ct))
        {
            var now = clock.GetUtcNow();
            var path = Path.Combine(folder, EveryEvalEver.PathOf(job, source));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var (rows, right, sha256) = (0, 0, "");
            await AtomicFile.WriteBytesAsync($"{path}_samples.jsonl", async file =>
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                await foreach (var answer in queries.AnswersAsync(job, ct))
                {
                    if (EveryEvalEverSample.Of(job, source, answer, now) is not { } sample) continue;
                    var line = Encoding.UTF8.GetBytes(sample.ToJsonString(ContractsJson.Lines) + "\n");
                    hash.AppendData(line);
                    await file.WriteAsync(line, ct);
                    (rows, right) = (rows + 1, right + (answer.Answer.Correct is true ? 1 : 0));
                }
                sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
                // The job's sums and its answers are read one after the other.
                if ((rows, right) != (job.Own!.Graded, job.Own.Correct)) throw new UserException(ExitCode.Incomplete,
                    $"the answers of job {job.JobId} changed while they were read ('results regrade' or 'jobs retry'): export it again");
            });
            await WriteAsync($"{path}.json", EveryEvalEver.Record(job, source, new(rows, sha256), now));
        }
    }

    /// <summary>A file a job.</summary>
    /// <exception cref="UserException">BadInput: a job has not ended, or there is none.</exception>
    public async Task InspectAsync(IReadOnlyList<long> jobs, string folder, CancellationToken ct)
    {
        var written = 0;
        await foreach (var job in JobsAsync(jobs, ct))
        {
            Directory.CreateDirectory(folder);
            await AtomicFile.WriteBytesAsync(Path.Combine(folder, InspectLog.NameOf(job)),
                file => InspectLog.WriteAsync(file, job, queries.AnswersAsync(job, ct), ct));
            written++;
        }
        if (written == 0) throw Nothing("no job has ended");
    }

    /// <returns>The text of the one file.</returns>
    /// <exception cref="UserException">
    /// BadInput: the jobs have several policies, or none of them is completed, graded and with few failures.
    /// </exception>
    public async Task<string> HubAsync(IReadOnlyList<long> jobs, HubResults results, CancellationToken ct)
    {
        var entries = new List<ExportedJob>();
        await foreach (var job in GradedAsync(jobs, ct))
        {
            // The few answers of a cancelled job are those of the problems that came first.
            if (job.Outcome is JobOutcome.Cancelled)
                remark($"job {job.JobId} was cancelled, so its accuracy is not the benchmark's: it is left out");
            else if (FailedShare.IsTooLarge(job.Failed, job.Problems))
                remark($"{job.Failed} of {job.Problems} problems of job {job.JobId} failed, more than a tenth: it is left out");
            else entries.Add(job);
        }
        if (entries.Count == 0) throw Nothing("the benchmark's page can have the accuracy of no job");
        if (entries.Select(job => job.Spec.Policy).Distinct(StringComparer.Ordinal).Count() is > 1 and var policies)
            throw new UserException(ExitCode.BadInput,
                $"the jobs have {policies} policies, and a file is of one model's page: name the jobs of one policy");
        return results.Yaml(entries);
    }

    async IAsyncEnumerable<ExportedJob> GradedAsync(
        IReadOnlyList<long> jobs, [EnumeratorCancellation] CancellationToken ct)
    {
        var graded = 0;
        await foreach (var job in JobsAsync(jobs, ct))
        {
            if (job.Own is null)
            {
                remark($"job {job.JobId} has no graded answer: it is left out");
                continue;
            }
            graded++;
            yield return job;
        }
        if (graded == 0) throw Nothing("no job has a graded answer");
    }

    async IAsyncEnumerable<ExportedJob> JobsAsync(
        IReadOnlyList<long> jobs, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var id in jobs.Count > 0 ? jobs : await queries.EndedAsync(ct))
            yield return await queries.JobAsync(id, ct) ?? throw new UserException(ExitCode.BadInput,
                $"job {id} has not ended: wait for it ('rebase jobs watch {id}'), or cancel it");
    }

    static Task WriteAsync(string path, JsonObject document) =>
        AtomicFile.WriteAsync(path, text => text.WriteLineAsync(document.ToJsonString(s_indented)));

    static UserException Nothing(string why) => new(ExitCode.BadInput, $"there is nothing to export: {why}");
}
