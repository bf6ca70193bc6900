using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Outbox;
using RebaseBatch.Durable.Results;
using RebaseBatch.Edge.Dashboard;
using Xunit;

namespace RebaseBatch.Tests.Durable.Outbox;

public sealed class OutboxWorkerTests(PostgresServer server) : StoreTest(server)
{
    static readonly Meter s_meter = new("test");

    readonly MemoryBlobs _blobs = new();

    [Fact]
    public async Task A_finished_job_leaves_two_files_a_batch_and_a_summary()
    {
        var job = await FinishedJobAsync(3);
        Assert.Equal(3, await Worker().DrainOnceAsync(Ct));

        var rows = await Queries.BlobsAsync(job, Ct);
        Assert.Equal([(0, "summary"), (1, "answers"), (1, "usage"), (2, "answers"), (2, "usage")], rows.Select(r => (r.BatchNo, r.Kind)));
        Assert.All(rows, row =>
        {
            var content = _blobs.Files[row.Name];
            Assert.Equal((content.LongLength, Convert.ToHexStringLower(SHA256.HashData(content))), (row.Bytes, row.Sha256));
        });
        var key = (await ScalarAsync<Guid>("SELECT job_key FROM jobs")).ToString("N")[..8];
        Assert.Equal($"job-{job}-{key}/batch-0002.{rows[3].Sha256[..12]}.answers.jsonl", rows[3].Name);
        Assert.Equal(0, (await ProgressAsync(job)).PendingFiles);
        Assert.Equal(0, await Worker().DrainOnceAsync(Ct));
    }

    [Fact]
    public async Task The_lines_are_the_committed_records_in_the_datasets_order()
    {
        var job = await FinishedJobAsync(2);
        await Worker().DrainOnceAsync(Ct);

        Assert.Equivalent(await Queries.AnswersAsync(job, ct: Ct).ToListAsync(Ct), Lines<AnswerRecord>("answers"), strict: true);
        Assert.Equivalent(await Queries.UsageAsync(job, ct: Ct).ToListAsync(Ct), Lines<UsageRecord>("usage"), strict: true);
        Assert.Equal(["id-0", "id-1"], Lines<AnswerRecord>("answers").Select(a => a.CustomId));
        var text = Text("answers");
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.Contains("π", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_summary_counts_what_is_in_the_tables()
    {
        var job = await EnqueueAsync(4);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        Assert.True(await CompleteAsync(await ClaimOneAsync(), error: "no luck"));
        await Worker().DrainOnceAsync(Ct);

        var summary = JsonSerializer.Deserialize<JobSummary>(Text("summary"), ContractsJson.Lines)!;
        Assert.Equal((job, JobOutcome.CompletedWithFailures, 4, 4, 2),
            (summary.JobId, summary.State, summary.Problems, summary.Answered, summary.Failed));
        // Problems 0 and 2 have a gold answer; the first was answered "4" instead of 0, the second failed and is not graded.
        Assert.Equal([new AccuracyRecord(VotingMethod.Majority, null, 0, 1)], summary.Accuracy);
        Assert.Contains("\"state\":\"completed_with_failures\"", Text("summary"), StringComparison.Ordinal);
        Assert.Equal((40L, 80_000.4, 216_002.8), (summary.SampledTokens, summary.PolicyFlops, summary.TotalFlops));
        Assert.Equal(Spec, summary.Spec);
        Assert.True(summary.FinishedAt >= summary.EnqueuedAt);
    }

    [Fact]
    public async Task Several_drainers_at_once_write_every_file_once()
    {
        var job = await FinishedJobAsync(60);
        var drained = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Worker().DrainOnceAsync(Ct)));

        Assert.Equal(31, drained.Sum());
        Assert.Equal(61, (await Queries.BlobsAsync(job, Ct)).Count);
        Assert.Equal(61, _blobs.Writes);
    }

    [Fact]
    public async Task A_store_that_fails_first_is_asked_again_after_a_while()
    {
        var job = await FinishedJobAsync(2);
        _blobs.Failure = new IOException("No space left on device");
        Assert.Equal(0, await Worker().DrainOnceAsync(Ct));
        Assert.Equal((2, 0), ((await ProgressAsync(job)).PendingFiles, (await Queries.BlobsAsync(job, Ct)).Count));
        Assert.Equal("No space left on device", await ScalarAsync<string>("SELECT min(last_error) FROM outbox"));
        Assert.True(await ScalarAsync<bool>("SELECT bool_and(due_at > now()) FROM outbox"));

        _blobs.Failure = null;
        await ExecuteAsync("UPDATE outbox SET due_at = now()");
        Assert.Equal(2, await Worker().DrainOnceAsync(Ct));
        Assert.Equal(3, (await Queries.BlobsAsync(job, Ct)).Count);
    }

    [Fact]
    public async Task A_full_disk_keeps_the_rows_is_told_and_clears_by_itself_when_there_is_room()
    {
        using var folder = new TemporaryFolder();
        var disk = new FullDisk(new FolderResultBlobs(folder.Path)) { IsFull = true };
        using var worker = new OutboxWorker(
            Database.DataSource, disk, TimeProvider.System, new(s_meter), NullLogger<OutboxWorker>.Instance);
        var job = await FinishedJobAsync(4);
        Assert.Equal(0, await worker.DrainOnceAsync(Ct));

        Assert.Equal((3, true), (await new OutboxStore(Database.DataSource).FailingAsync(Ct)) is { } failing
            ? (failing.Rows, failing.Error.Contains("No space left on device", StringComparison.Ordinal)) : default);
        Assert.Contains("No space left", JobRemarks.Of(await ProgressAsync(job)), StringComparison.Ordinal);
        var told = Assert.Single(await new StatusStore(Database.DataSource).FailuresAsync([job], 20, Ct));
        Assert.Equal((job, 3), (told.JobId, told.UnwrittenFiles));
        Assert.Contains("No space left", told.Reason, StringComparison.Ordinal);

        disk.IsFull = false;
        // One row's wait is over; the others are written with it, though theirs is not.
        await ExecuteAsync("UPDATE outbox SET due_at = now() WHERE batch_no = 1");
        Assert.Equal(3, await worker.DrainOnceAsync(Ct));
        Assert.Null(await new OutboxStore(Database.DataSource).FailingAsync(Ct));
        Assert.Empty(await new StatusStore(Database.DataSource).FailuresAsync([job], 20, Ct));
        Assert.Equal(5, Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public async Task A_drainer_that_died_after_the_write_is_followed_by_one_that_finds_the_same_files()
    {
        var job = await FinishedJobAsync(2);
        await Worker().DrainOnceAsync(Ct);
        var before = await Queries.BlobsAsync(job, Ct);
        // As if the first had died before it could record its files.
        await ExecuteAsync(
            "DELETE FROM blobs; INSERT INTO outbox (job_id, batch_no) SELECT job_id, 0 FROM jobs UNION ALL SELECT "
                + "job_id, batch_no FROM batches");
        Assert.Equal(2, await Worker().DrainOnceAsync(Ct));
        Assert.Equal(before, await Queries.BlobsAsync(job, Ct));
        Assert.Equal(3, _blobs.Files.Count);
    }

    [Fact]
    public async Task Foreign_content_under_a_files_name_is_noted_and_left()
    {
        var job = await FinishedJobAsync(2);
        _blobs.Foreign = true;
        Assert.Equal(0, await Worker().DrainOnceAsync(Ct));
        Assert.Contains("exists with other content", await ScalarAsync<string>("SELECT min(last_error) FROM outbox"),
            StringComparison.Ordinal);
        Assert.Empty(await Queries.BlobsAsync(job, Ct));
    }

    [Fact]
    public async Task Files_of_a_batch_that_was_put_back_while_they_were_written_do_not_count()
    {
        var job = await EnqueueAsync(2);
        Assert.True(await CompleteAsync(await ClaimOneAsync(), error: "no luck"));
        _blobs.Writing = async () => Assert.Contains(await Jobs.RetryAsync(job, Ct), new int?[] { 1, 0 });
        await Worker().DrainOnceAsync(Ct);

        Assert.Empty(await Queries.BlobsAsync(job, Ct));
        _blobs.Writing = null;
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        Assert.Equal(2, await Worker().DrainOnceAsync(Ct));
        Assert.DoesNotContain("no luck",
            string.Concat((await Queries.BlobsAsync(job, Ct)).Select(r => Encoding.UTF8.GetString(_blobs.Files[r.Name]))),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_job_without_any_answer_leaves_only_its_summary()
    {
        var job = await EnqueueAsync(4);
        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.Equal(1, await Worker().DrainOnceAsync(Ct));
        Assert.Equal("summary", Assert.Single(await Queries.BlobsAsync(job, Ct)).Kind);
        Assert.Equal(JobOutcome.Cancelled, JsonSerializer.Deserialize<JobSummary>(Text("summary"), ContractsJson.Lines)!.State);
    }

    [Fact]
    public async Task The_loop_writes_what_comes_and_ends_when_cancelled()
    {
        using var worker = Worker();
        var written = new TaskCompletionSource();
        _blobs.Writing = () => { written.TrySetResult(); return Task.CompletedTask; };
        await worker.StartAsync(Ct);
        await FinishedJobAsync(1);
        await written.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await worker.StopAsync(Ct);
        Assert.True(worker.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_worker_that_is_stopped_while_it_writes_ends_with_the_file_written()
    {
        using var worker = Worker();
        var job = await FinishedJobAsync(1);
        var (started, goes) = (new TaskCompletionSource(), new TaskCompletionSource());
        _blobs.Writing = () => { started.TrySetResult(); return goes.Task; };
        await worker.StartAsync(Ct);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        var stopping = worker.StopAsync(Ct);
        goes.SetResult();
        await stopping;

        Assert.Equal(0, (await ProgressAsync(job)).PendingFiles);
    }

    OutboxWorker Worker() => new(Database.DataSource, _blobs, TimeProvider.System, new(s_meter), NullLogger<OutboxWorker>.Instance);

    async Task<long> FinishedJobAsync(int problems)
    {
        var job = await EnqueueAsync(problems);
        while (await Leases.ClaimAsync("worker", 100, Ttl, Ct) is { Count: > 0 } leases)
            foreach (var lease in leases) Assert.True(await CompleteAsync(lease));
        return job;
    }

    string Text(string kind) =>
        Encoding.UTF8.GetString(Assert.Single(_blobs.Files, f => f.Key.Contains(kind, StringComparison.Ordinal)).Value);

    List<T> Lines<T>(string kind) =>
        [.. Text(kind).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<T>(line, ContractsJson.Lines)!)];

    /// <summary>A real folder whose disk is full when the test says so: the file system then refuses as Linux does.</summary>
    sealed class FullDisk(FolderResultBlobs folder) : IResultBlobs
    {
        public bool IsFull { get; set; }

        public string Location => folder.Location;

        public Task EnsureWritableAsync(CancellationToken ct) => folder.EnsureWritableAsync(ct);

        public Task<BlobReceipt> PutOnceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken ct) =>
            IsFull ? throw new IOException("No space left on device", 28) : folder.PutOnceAsync(name, content, ct);

        public Task<string?> HashAsync(string name, CancellationToken ct) => folder.HashAsync(name, ct);

        public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) => folder.ListAsync(prefix, ct);

        public Task<bool> DeleteAsync(string name, CancellationToken ct) => folder.DeleteAsync(name, ct);
    }

    sealed class MemoryBlobs : IResultBlobs
    {
        public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);
        public int Writes;
        public Exception? Failure { get; set; }
        public bool Foreign { get; set; }
        public Func<Task>? Writing { get; set; }

        public string Location => "memory";

        public Task EnsureWritableAsync(CancellationToken ct) => Task.CompletedTask;

        public async Task<BlobReceipt> PutOnceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
        {
            if (Failure is { } failure) throw failure;
            if (Foreign) throw new BlobConflictException(name);
            if (Writing is { } writing) await writing();
            ct.ThrowIfCancellationRequested();
            Interlocked.Increment(ref Writes);
            var created = Files.TryAdd(name, content.ToArray());
            Assert.Equal(Files[name], content.ToArray());
            return new(name, name, created);
        }

        public Task<string?> HashAsync(string name, CancellationToken ct) => Task.FromResult(
            Files.TryGetValue(name, out var content) ? Convert.ToHexStringLower(SHA256.HashData(content)) : null);

        public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) =>
            Files.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToAsyncEnumerable();

        public Task<bool> DeleteAsync(string name, CancellationToken ct) => Task.FromResult(Files.TryRemove(name, out _));
    }
}
