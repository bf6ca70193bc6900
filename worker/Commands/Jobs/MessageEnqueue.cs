using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Commands.Jobs;

/// <summary>Enqueues a job as a message, without access to the database or the models.</summary>
sealed class MessageEnqueue(CommandContext context, IIntakeQueue queue)
{
    /// <summary>Sends a message that contains the job and the dataset's problems, or the dataset's URI.</summary>
    /// <param name="dataset">A file, whose problems are sent, or an https or blob URI, which the worker reads.</param>
    /// <param name="rules">Of a URI the limit counts lines, and the worker takes the dataset with or without right answers.</param>
    /// <param name="id">The message's id. Messages with the same id make only one job.</param>
    /// <exception cref="UserException">The file can't be used or is too long for a message, or the queue does not take it.</exception>
    public async Task EnqueueAsync(JobSpec spec, string dataset, DatasetRules rules, string id, CancellationToken ct,
        TagSet? tags = null)
    {
        if (id.Length is 0 or > JobMessage.LongestId)
            throw new UserException(ExitCode.BadInput, $"a message id must have 1 to {JobMessage.LongestId} characters");
        bool? skips = rules.SkipInvalid ? true : null;
        var body = RemoteUri.Is(dataset)
            ? JobMessageWriter.Write(spec, new DatasetReference
            {
                Uri = dataset, LastLine = rules.Limit, SkipInvalid = skips, QuestionField = rules.Fields?.Question,
                AnswerField = rules.Fields?.Answer, IdField = rules.Fields?.Id, LevelField = rules.Fields?.Level,
            }, tags)
            : await InlineAsync(spec, dataset, rules, tags, ct);
        try
        {
            await queue.SendAsync(id, body, ct);
        }
        catch (IOException e)
        {
            throw new UserException(ExitCode.QueueUnavailable,
                $"{e.Message}; it is not known whether the message arrived: try again with --message-id {id}, which never makes a second "
                    + "job", e);
        }
        context.Out.WriteLine(id);
        context.WriteStderr($"message {id} is in {queue.Location}; the job gets its number when a worker takes the message");
    }

    async Task<byte[]> InlineAsync(JobSpec spec, string file, DatasetRules rules, TagSet? tags, CancellationToken ct)
    {
        var problems = await DatasetFile.ReadAsync(context, file, rules, ct);
        var body = JobMessageWriter.Write(spec, problems, tags);
        if (body.Length <= JobMessage.LongestBody) return body;
        throw new UserException(ExitCode.BadInput, string.Create(CultureInfo.InvariantCulture,
            $"{file} makes a message of {body.Length / 1024:N0} KiB, but the limit is {JobMessage.LongestBody / 1024} KiB: upload it to a "
            + $"place that the workers can read, and give its https or blob URI"));
    }
}
