using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Edge.Intake;

/// <summary>Makes a job of a message, or says why not. Knows nothing of queues: any number of deliveries of one message end in one job.</summary>
sealed class MessageIntake(IntakeStore store, DatasetSource datasets)
{
    /// <summary>Reasons under which messages are put aside; stable, as people filter and count by them.</summary>
    public const string Malformed = "MalformedMessage", BadDataset = "BadDataset";

    // All of them would not fit into a dead letter's detail.
    const int ShownInvalidLines = 20;

    public async Task<MessageEnd> AcceptAsync(IntakeMessage message, CancellationToken ct)
    {
        try
        {
            if (message.Id.Length is 0 or > JobMessage.LongestId)
                return new MessageEnd.Refused(Malformed, $"the message id is empty or longer than {JobMessage.LongestId} characters: set one of your own, as a message that is sent twice is told by it");
            // Before the dataset is fetched: a redelivery costs one look.
            if (await store.FindAsync(message.Id, ct) is { } known) return new MessageEnd.Accepted(known, IsNew: false);

            var request = JobMessageReader.Read(message.Body);
            var problems = request.Problems;
            if (request.Dataset is { } reference)
            {
                var dataset = await datasets(reference, ct);
                if (dataset.InvalidLines.Count > 0 && reference.SkipInvalid is not true) return new MessageEnd.Refused(BadDataset, Faults(dataset.InvalidLines));
                problems = dataset.Problems;
            }
            // A crash before this commit: the lock runs out and the message is delivered again. After it: the redelivery finds the job.
            var made = await store.AcceptAsync(message.Id, request.Spec, problems, request.Dataset is { } named ? RemoteUri.NameOf(named.Uri) : null, ct);
            return new MessageEnd.Accepted(made, IsNew: made is not null);
        }
        catch (MalformedMessageException e)
        {
            return new MessageEnd.Refused(Malformed, e.Message);
        }
        catch (UserException e) when (e.Code is ExitCode.BadInput or ExitCode.NotFound)
        {
            return new MessageEnd.Refused(BadDataset, e.Message);
        }
        // A role that is granted later, a newer worker, a network that comes back: the queue itself ends what never works.
        catch (Exception e) when (e is UserException or NewerMessageException or IOException)
        {
            return new MessageEnd.Deferred(e.Message, IsDatabase: false);
        }
        catch (Exception e) when (e is NpgsqlException || DatabaseFaults.IsUnavailable(e))
        {
            return new MessageEnd.Deferred(DatabaseFaults.Sentence(e), IsDatabase: true);
        }
    }

    static string Faults(IReadOnlyList<InvalidLine> lines)
    {
        var shown = lines.Take(ShownInvalidLines).Select(line => FormattableString.Invariant($"line {line.Line}: {line.Reason}"));
        return string.Join('\n', lines.Count > ShownInvalidLines ? shown.Append(FormattableString.Invariant($"{lines.Count - ShownInvalidLines} more lines are bad")) : shown);
    }
}
