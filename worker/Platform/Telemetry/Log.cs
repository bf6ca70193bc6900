using Microsoft.Extensions.Logging;

namespace RebaseBatch.Platform.Telemetry;

/// <summary>
/// All messages of the program's log, by event id. Alerts and dashboards name ids, so an id keeps its meaning forever: a message with a new
/// meaning gets a new id, and the old id is retired in infra/events.md. A test compares that list with this file.
/// </summary>
static partial class Log
{
    // 100 to 199: queue, leases, batches, budgets, waiting for the database

    [LoggerMessage(EventId = 101, Level = LogLevel.Debug,
        Message = "the connection that listens for new jobs is lost; polling continues, and the connection is opened again in {Backoff}")]
    public static partial void EnqueueListenerLost(this ILogger log, TimeSpan backoff, Exception exception);

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning,
        Message = "the lease of batch {BatchId} could not be renewed, the work continues: {Reason}")]
    public static partial void LeaseNotRenewed(this ILogger log, long batchId, string reason);

    [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "job {JobId} batch {BatchNo}: claimed, attempt {Attempt}")]
    public static partial void BatchClaimed(this ILogger log, long jobId, int batchNo, int attempt);

    [LoggerMessage(EventId = 121, Level = LogLevel.Information, Message = "job {JobId} batch {BatchNo}: {Outcome}")]
    public static partial void BatchEnded(this ILogger log, long jobId, int batchNo, string outcome);

    [LoggerMessage(EventId = 122, Level = LogLevel.Warning, Message = "problem {CustomId} has no result: {Reason}")]
    public static partial void ProblemFailed(this ILogger log, string customId, string reason, Exception? e);

    [LoggerMessage(EventId = 123, Level = LogLevel.Error, Message = "job {JobId} batch {BatchNo} failed on attempt {Attempt}: {Reason}")]
    public static partial void BatchFailed(this ILogger log, long jobId, int batchNo, int attempt, string reason, Exception? e);

    [LoggerMessage(EventId = 124, Level = LogLevel.Warning,
        Message = "the failure of batch {BatchId} could not be stored, so its lease runs out: {Reason}")]
    public static partial void BatchFailureNotStored(this ILogger log, long batchId, string reason);

    [LoggerMessage(EventId = 125, Level = LogLevel.Warning,
        Message = "job {JobId} batch {BatchNo} goes back to the queue uncounted: {Reason}")]
    public static partial void BatchGivenBack(this ILogger log, long jobId, int batchNo, string reason);

    [LoggerMessage(EventId = 126, Level = LogLevel.Warning,
        Message = "this worker leaves {Work} to other workers until {Until:u}, or until the model's files change: {Reason}")]
    public static partial void WorkLeftToOthers(this ILogger log, string work, DateTimeOffset until, string reason);

    [LoggerMessage(EventId = 127, Level = LogLevel.Debug, Message = "the worker's presence could not be reported: {Reason}")]
    public static partial void PresenceNotReported(this ILogger log, string reason);

    [LoggerMessage(EventId = 130, Level = LogLevel.Warning, Message = "no batch could be claimed: {Reason}")]
    public static partial void ClaimFailed(this ILogger log, string reason);

    [LoggerMessage(EventId = 140, Level = LogLevel.Information, Message = "{Count} batches whose lease ran out were put back")]
    public static partial void LeasesReaped(this ILogger log, int count);

    [LoggerMessage(EventId = 141, Level = LogLevel.Warning, Message = "the query for expired leases failed: {Reason}")]
    public static partial void ReapFailed(this ILogger log, string reason);

    [LoggerMessage(EventId = 142, Level = LogLevel.Error,
        Message = "the lease of batch {BatchId} ran out, but the batch could not be put back; this is tried again: {Reason}")]
    public static partial void BatchNotReaped(this ILogger log, long batchId, string reason);

    [LoggerMessage(EventId = 150, Level = LogLevel.Warning, Message = "the database is away, trying again in {Seconds} s: {Reason}")]
    public static partial void DatabaseAway(this ILogger log, double seconds, string reason);

    [LoggerMessage(EventId = 160, Level = LogLevel.Warning,
        Message = "the spending of other workers on job {JobId} could not be read, so the last known figure counts: {Reason}")]
    public static partial void JobSpendingUnread(this ILogger log, long jobId, string reason);

    [LoggerMessage(EventId = 170, Level = LogLevel.Debug, Message = "the queue's depth could not be read: {Reason}")]
    public static partial void QueueDepthUnread(this ILogger log, string reason);

    // 200 to 299: checkpoints

    [LoggerMessage(EventId = 200, Level = LogLevel.Warning, Message = "checkpoint of batch {BatchId} delayed: {Reason}")]
    public static partial void CheckpointDelayed(this ILogger log, long batchId, string reason);

    // 300 to 399: result files

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning,
        Message = "the result files of job {JobId}, batch {BatchNo} could not be written (attempt {Attempts}), and are tried again: " +
            "{Reason}")]
    public static partial void ResultFilesNotWritten(
        this ILogger log, long jobId, int batchNo, int attempts, string reason, Exception exception);

    [LoggerMessage(EventId = 302, Level = LogLevel.Warning, Message = "the outbox can't be read for now: {Reason}")]
    public static partial void OutboxUnread(this ILogger log, string reason);

    // 400 to 409: the private database server

    [LoggerMessage(EventId = 401, Level = LogLevel.Information, Message = "creating a private PostgreSQL database in {Folder}")]
    public static partial void ServerCreated(this ILogger log, string folder);

    [LoggerMessage(EventId = 402, Level = LogLevel.Debug, Message = "PostgreSQL started, socket or port at {Host}")]
    public static partial void ServerStarted(this ILogger log, string host);

    [LoggerMessage(EventId = 403, Level = LogLevel.Debug, Message = "PostgreSQL was already running as process {Process}")]
    public static partial void ServerReused(this ILogger log, int process);

    [LoggerMessage(EventId = 404, Level = LogLevel.Debug, Message = "PostgreSQL stopped")]
    public static partial void ServerStopped(this ILogger log);

    [LoggerMessage(EventId = 405, Level = LogLevel.Warning,
        Message = "PostgreSQL (process {Process}) is running but {Complaint}: restarting it")]
    public static partial void ServerRestarting(this ILogger log, int process, string complaint);

    [LoggerMessage(EventId = 406, Level = LogLevel.Warning,
        Message = "PostgreSQL's process {Process} was left over from a server that died: ending it")]
    public static partial void ServerOrphanEnded(this ILogger log, int process);

    [LoggerMessage(EventId = 407, Level = LogLevel.Warning, Message = "PostgreSQL could not be stopped: {Reason}")]
    public static partial void ServerNotStopped(this ILogger log, string reason);

    // 410 to 419: problems without an answer

    [LoggerMessage(EventId = 410, Level = LogLevel.Warning,
        Message = "job {JobId}: {Unanswered} of {Problems} problems have no answer: {Causes}; solutions ended with: {Endings}")]
    public static partial void AnswersMissing(
        this ILogger log, long jobId, int unanswered, int problems, string causes, string endings);

    [LoggerMessage(EventId = 411, Level = LogLevel.Warning,
        Message = "job {JobId}: none of its first {Problems} problems has an answer: {Causes}; solutions ended with: {Endings}")]
    public static partial void JobSilent(this ILogger log, long jobId, int problems, string causes, string endings);

    // 500 to 599: models and engines

    [LoggerMessage(EventId = 500, Level = LogLevel.Debug, Message = "llama.cpp: {Line}")]
    public static partial void LlamaCppSaid(this ILogger log, string line);

    [LoggerMessage(EventId = 510, Level = LogLevel.Critical, Message = "the {Engine} engine stopped because of an internal fault")]
    public static partial void EngineFailed(this ILogger log, string engine, Exception e);

    [LoggerMessage(EventId = 520, Level = LogLevel.Debug, Message = "LLamaSharp: {Line}")]
    public static partial void LLamaSharpSaid(this ILogger log, string line);

    [LoggerMessage(EventId = 521, Level = LogLevel.Warning,
        Message = "the files of the runtime LLamaSharp can't be loaded ({Missing}): the runtime LlamaCpp decodes instead")]
    public static partial void RuntimeReplaced(this ILogger log, string missing);

    [LoggerMessage(EventId = 522, Level = LogLevel.Warning,
        Message = "the model {Model} loads, and its answers or scores are likely to be worse than they should be: {Remark}")]
    public static partial void ModelSpoiled(this ILogger log, string model, string remark);

    [LoggerMessage(EventId = 523, Level = LogLevel.Information, Message = "the model {Model} was loaded with a remark: {Remark}")]
    public static partial void ModelRemarked(this ILogger log, string model, string remark);

    [LoggerMessage(EventId = 540, Level = LogLevel.Information,
        Message = "the reward model {Model} is recognized as {Preset} by its file, and is read as such")]
    public static partial void RewardRecognized(this ILogger log, string model, string preset);

    // 600 to 699: the worker's process

    [LoggerMessage(EventId = 600, Level = LogLevel.Error, Message = "the private database server is down and can't be started: {Reason}")]
    public static partial void ServerNotRevived(this ILogger log, string reason);

    // 700 to 799: metrics and traces

    [LoggerMessage(EventId = 700, Level = LogLevel.Information,
        Message = "{Role} {Model}: {TokensPerSecond:N0} tokens/s, batches {Fill:P0} full, {CellsUsed:N0} of {Cells:N0} cells, " +
            "{Evictions:N0} evictions")]
    public static partial void EngineWorked(
        this ILogger log, string role, string model, double tokensPerSecond, double fill, int cellsUsed, int cells, long evictions);

    [LoggerMessage(EventId = 710, Level = LogLevel.Information, Message = "metrics and traces go to {Host}, port {Port}")]
    public static partial void TelemetryExported(this ILogger log, string host, int port);

    [LoggerMessage(EventId = 711, Level = LogLevel.Warning,
        Message = "{Variable} is not an http or https address, so neither metrics nor traces are exported")]
    public static partial void TelemetryAddressUnusable(this ILogger log, string variable);

    [LoggerMessage(EventId = 712, Level = LogLevel.Warning, Message = "the collector did not accept the last metrics and traces in time")]
    public static partial void TelemetryNotTaken(this ILogger log);

    [LoggerMessage(EventId = 713, Level = LogLevel.Warning,
        Message = "metrics and traces can't be exported (logged again after {Minutes} minutes): {Reason}")]
    public static partial void TelemetryNotExported(this ILogger log, int minutes, string reason);

    // 800 to 899: schedules

    [LoggerMessage(EventId = 800, Level = LogLevel.Information,
        Message = "schedule {Name}, due at {DueAt:yyyy-MM-dd HH:mm}Z: sweep {SweepId} is enqueued, until {Until}")]
    public static partial void ScheduleFired(this ILogger log, string name, DateTimeOffset dueAt, long sweepId, string until);

    [LoggerMessage(EventId = 801, Level = LogLevel.Information,
        Message = "schedule {Name}, due at {DueAt:yyyy-MM-dd HH:mm}Z: sweep {SweepId} has not ended and continues, until {Until}")]
    public static partial void ScheduleGoesOn(this ILogger log, string name, DateTimeOffset dueAt, long sweepId, string until);

    [LoggerMessage(EventId = 802, Level = LogLevel.Error, Message = "schedule {Name} is due but can't run on this worker: {Reason}")]
    public static partial void ScheduleNotFired(this ILogger log, string name, string reason);

    [LoggerMessage(EventId = 803, Level = LogLevel.Warning, Message = "the schedules can't be read; this is tried again: {Reason}")]
    public static partial void SchedulesUnread(this ILogger log, string reason);

    [LoggerMessage(EventId = 804, Level = LogLevel.Error, Message = "sweep {SweepId} is worse than its baseline, sweep {Baseline}: {Loss}")]
    public static partial void BaselineLost(this ILogger log, long sweepId, long baseline, string loss);

    [LoggerMessage(EventId = 805, Level = LogLevel.Warning,
        Message = "sweep {SweepId} was compared with its baseline, sweep {Baseline}, in only {Compared} of its {Cells} cells: " +
            "'rebase schedules check' names the others")]
    public static partial void BaselineGaps(this ILogger log, long sweepId, long baseline, int compared, int cells);

    // 900 to 999: the web server

    [LoggerMessage(EventId = 900, Level = LogLevel.Error, Message = "the request for {Path} failed")]
    public static partial void RequestFailed(this ILogger log, string path, Exception e);

    [LoggerMessage(EventId = 901, Level = LogLevel.Information,
        Message = "the page and the health endpoints listen on {Address}, port {Port}")]
    public static partial void WebServerListening(this ILogger log, string address, int port);

    // 1000 to 1099: the command itself, in JSON logs only

    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "{Sentence}")]
    public static partial void CommandSaid(this ILogger log, string sentence);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Critical, Message = "{Reason} (exit code {ExitCode})")]
    public static partial void CommandFailed(this ILogger log, string reason, int exitCode, Exception? e);

    // 1100 to 1199, jobs from messages: Log.Intake.cs

    // 1200 to 1299: models that are fetched

    [LoggerMessage(EventId = 1200, Level = LogLevel.Information, Message = "{Uri}: the download begins, {Bytes} are already here")]
    public static partial void DownloadBegun(this ILogger log, string uri, string bytes);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "{Uri}: {Bytes} of {Whole} are here, {Share}, at {Rate}/s")]
    public static partial void DownloadGoesOn(this ILogger log, string uri, string bytes, string whole, string share, string rate);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Information, Message = "{Uri}: {Bytes} are here, at {Rate}/s")]
    public static partial void DownloadOfUnknownSizeGoesOn(this ILogger log, string uri, string bytes, string rate);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Information,
        Message = "{Uri}: all {Bytes} arrived in {Time}; checking the SHA-256")]
    public static partial void DownloadCame(this ILogger log, string uri, string bytes, string time);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Information, Message = "{Uri}: waiting for another process that downloads it")]
    public static partial void DownloadAwaited(this ILogger log, string uri);

    [LoggerMessage(EventId = 1205, Level = LogLevel.Warning,
        Message = "{Uri}: the continued download is not the right file; downloading it again from its start")]
    public static partial void DownloadBegunAnew(this ILogger log, string uri);

    // 1320 to 1329: weights, and what results ran on

    [LoggerMessage(EventId = 1320, Level = LogLevel.Warning,
        Message = "sweep {SweepId} and its baseline, sweep {Baseline}, did not run alike, and that alone may change scores: {Difference}")]
    public static partial void BaselineRanElsewhere(this ILogger log, long sweepId, long baseline, string difference);

    // 1330 to 1339: a database that lost commits, and steps that can't be continued

    [LoggerMessage(EventId = 1330, Level = LogLevel.Warning,
        Message = "batch {BatchNo} of job {JobId} is given back and goes on from what is stored: {Reason}")]
    public static partial void CommitsLost(this ILogger log, long jobId, int batchNo, string reason);

    [LoggerMessage(EventId = 1331, Level = LogLevel.Warning,
        Message = "problem {CustomId}: the {Steps} stored steps can't be continued and are deleted; "
            + "the search begins anew ({Restarts} of {Most}): {Reason}")]
    public static partial void SearchBegunAnew(this ILogger log, string customId, int steps, int restarts, int most, string reason);

    [LoggerMessage(EventId = 1332, Level = LogLevel.Warning,
        Message = "batch {BatchNo} of job {JobId}: the sums of {Searches} searches were not those of their stored steps and are set right")]
    public static partial void SumsSetRight(this ILogger log, long jobId, int batchNo, long searches);

    // 1340 to 1349: faults that services survive

    [LoggerMessage(EventId = 1340, Level = LogLevel.Warning,
        Message = "{What} failed {Count} times in {Seconds:F0} s, the last time: {Reason}")]
    public static partial void FaultRepeats(this ILogger log, string what, int count, double seconds, string reason);

    [LoggerMessage(EventId = 1341, Level = LogLevel.Information, Message = "{What} works again, after {Count} failures in {Seconds:F0} s")]
    public static partial void FaultOver(this ILogger log, string what, int count, double seconds);

    [LoggerMessage(EventId = 1342, Level = LogLevel.Error, Message = "the service {Service} failed and goes on: {Reason}")]
    public static partial void ServiceFailed(this ILogger log, string service, string reason, Exception e);

    [LoggerMessage(EventId = 1343, Level = LogLevel.Error,
        Message = "sweep {SweepId} can't be compared with its baseline, sweep {Baseline}; this is tried again: {Reason}")]
    public static partial void RunNotJudged(this ILogger log, long sweepId, long baseline, string reason);

    // 1360 to 1369: what is deleted by age

    [LoggerMessage(EventId = 1360, Level = LogLevel.Information,
        Message = "job {JobId}: {Steps} stored steps were deleted, as their time is over")]
    public static partial void NodesPruned(this ILogger log, long jobId, long steps);

    [LoggerMessage(EventId = 1361, Level = LogLevel.Warning,
        Message = "stored steps whose time is over could not be deleted, this is tried again in {Minutes} minutes: {Reason}")]
    public static partial void NodesNotPruned(this ILogger log, double minutes, string reason);
}
