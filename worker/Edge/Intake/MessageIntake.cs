using System.Globalization;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// Makes a job from a message, or says why it can't. It uses no queue: any number of deliveries of one message end in one job.
/// </summary>
sealed class MessageIntake(IntakeStore store, DatasetSource datasets)
{
    /// <summary>The reasons for which messages are put aside. They are stable, because people filter and count by them.</summary>
    public const string Malformed = "MalformedMessage", BadDataset = "BadDataset", DeadlinePassed = "DeadlinePassed";

    /// <summary>The reasons of messages that have waited for Rebase:Intake:WaitMaxHours. They say for what.</summary>
    public const string NoNewerWorker = "NoNewerWorker", DatasetUnreachable = "DatasetUnreachable", ProgramFault = "ProgramFault";

    /// <summary>The class of SQLSTATE for values that do not fit.</summary>
    const string DataException = "22";

    // All of them would not fit into a dead letter's detail.
    const int ShownInvalidLines = 20;

    public async Task<MessageEnd> AcceptAsync(IntakeMessage message, CancellationToken ct)
    {
        try
        {
            if (message.Id.Length is 0 or > JobMessage.LongestId)
                return new MessageEnd.Refused(Malformed, $"the message id is empty or longer than {JobMessage.LongestId} characters: set "
                    + "a message id, because it identifies a message that is sent twice");
            if (message.Id.Contains('\0'))
                return new MessageEnd.Refused(Malformed, "the message id has the character U+0000, which Postgres can't store");
            if (message.OtherBody is { } other) return new MessageEnd.Refused(Malformed, JobMessageReader.FaultOf(other));
            // Before the dataset is fetched, so that a redelivery costs one query.
            if (await store.FindAsync(message.Id, ct) is { } known) return new MessageEnd.Accepted(known, IsNew: false);

            var request = JobMessageReader.Read(message.Body);
            if (request.Spec.Deadline is { } deadline && await store.HasPassedAsync(deadline, ct))
                return new MessageEnd.Refused(DeadlinePassed, string.Create(CultureInfo.InvariantCulture,
                    $"the job's deadline {deadline:yyyy-MM-dd HH:mm:ss zzz} has passed: send it again with a later one"));
            var (problems, summary) = (request.Problems, (DatasetSummary?)null);
            if (request.Dataset is { } reference)
            {
                var dataset = await datasets(reference, ct);
                if (dataset.InvalidLines.Count > 0 && reference.SkipInvalid is not true)
                    return new MessageEnd.Refused(BadDataset, Faults(dataset.InvalidLines));
                (problems, summary) = (dataset.Problems, dataset.Summary);
            }
            // After a crash before this commit, the lock runs out and the message is delivered again. After a later crash, the redelivery
            // finds the job.
            var made = await store.AcceptAsync(message.Id, request.Spec,
                problems, OriginOf(request.Dataset), request.Tags, ct);
            return new MessageEnd.Accepted(made, IsNew: made is not null) { Dataset = summary };
        }
        catch (MalformedMessageException e)
        {
            return new MessageEnd.Refused(Malformed, e.Message);
        }
        catch (UserException e) when (e.Code is ExitCode.BadInput or ExitCode.NotFound)
        {
            return new MessageEnd.Refused(BadDataset, e.Message);
        }
        catch (NewerMessageException e)
        {
            return new MessageEnd.Deferred(e.Message, DeferralCause.Version);
        }
        // Such as a text that Postgres can't store. No other try changes that, and the next message has nothing to do with it.
        catch (PostgresException e) when (e.SqlState.StartsWith(DataException, StringComparison.Ordinal))
        {
            return new MessageEnd.Refused(Malformed, $"Postgres can't store the job: {e.MessageText}");
        }
        // Someone may grant the role later, or the network may come back.
        catch (Exception e) when (e is UserException or IOException)
        {
            return new MessageEnd.Deferred(e.Message, DeferralCause.Dataset);
        }
        catch (Exception e) when (e is NpgsqlException || DatabaseFaults.IsUnavailable(e))
        {
            return new MessageEnd.Deferred(DatabaseFaults.Sentence(e), DeferralCause.Database);
        }
    }

    static JobOrigin OriginOf(DatasetReference? dataset) => dataset is null ? new()
        : new(RemoteUri.NameOf(dataset.Uri)) { DatasetPath = RemoteUri.PathOf(dataset.Uri) };

    static string Faults(IReadOnlyList<InvalidLine> lines)
    {
        var shown = lines.Take(ShownInvalidLines).Select(line => FormattableString.Invariant($"line {line.Line}: {line.Reason}"));
        return string.Join('\n', lines.Count > ShownInvalidLines
            ? shown.Append(FormattableString.Invariant($"{lines.Count - ShownInvalidLines} more lines are bad")) : shown);
    }
}
