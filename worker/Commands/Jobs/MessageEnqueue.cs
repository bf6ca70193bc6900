using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Commands.Jobs;

/// <summary>Enqueues a job as a message: neither the database nor the models are looked at.</summary>
sealed class MessageEnqueue(CommandContext context, IIntakeQueue queue)
{
    /// <summary>Sends the job with the dataset's problems in it, or with its URI.</summary>
    /// <param name="dataset">A file, whose problems are sent, or an https or blob URI, which the worker reads.</param>
    /// <param name="limit">Only the first so many problems; of a URI lines.</param>
    /// <param name="id">The message's id; the same id again is the same job.</param>
    /// <exception cref="UserException">The file can't be used, is too long for a message, or the queue refuses.</exception>
    public async Task EnqueueAsync(JobSpec spec, string dataset, int? limit, bool skipInvalid, string id, CancellationToken ct)
    {
        if (id.Length is 0 or > JobMessage.LongestId) throw new UserException(ExitCode.BadInput, $"a message id has 1 to {JobMessage.LongestId} characters");
        var body = RemoteUri.Is(dataset)
            ? JobMessageWriter.Write(spec, new DatasetReference { Uri = dataset, LastLine = limit, SkipInvalid = skipInvalid ? true : null })
            : await InlineAsync(spec, dataset, limit, skipInvalid, ct);
        try
        {
            await queue.SendAsync(id, body, ct);
        }
        catch (IOException e)
        {
            throw new UserException(ExitCode.QueueUnavailable, $"{e.Message}; whether the message arrived is not known, so try again with --message-id {id}, which can't make a second job", e);
        }
        context.Out.WriteLine(id);
        context.WriteStderr($"message {id} is in {queue.Location}; the job's number is known once a worker has taken it");
    }

    async Task<byte[]> InlineAsync(JobSpec spec, string file, int? limit, bool skipInvalid, CancellationToken ct)
    {
        var problems = await DatasetFile.ReadAsync(context, file, skipInvalid, ct);
        if (limit is { } count) problems = [.. problems.Take(count)];
        var body = JobMessageWriter.Write(spec, problems);
        return body.Length <= JobMessage.LongestBody ? body : throw new UserException(ExitCode.BadInput, string.Create(CultureInfo.InvariantCulture,
            $"{file} makes a message of {body.Length / 1024:N0} KiB, and {JobMessage.LongestBody / 1024} are the most: put it where the workers can read it, and give its https or blob URI"));
    }
}
