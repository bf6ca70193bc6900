using System.Text.Json;
using RebaseBatch.Contracts;

namespace RebaseBatch.Edge.Intake;

/// <summary>Writes what <see cref="JobMessageReader"/> reads. Pure.</summary>
static class JobMessageWriter
{
    /// <summary>The body of a message that holds its problems. It may be longer than <see cref="JobMessage.LongestBody"/>.</summary>
    public static byte[] Write(JobSpec spec, IReadOnlyList<ProblemSpec> problems, TagSet? tags = null) => Write(Message(spec, tags) with
    {
        Problems = [.. problems.Select(problem => JsonSerializer.SerializeToNode(problem, ContractsJson.Default.ProblemSpec))],
    });

    /// <summary>The body of a message that names a dataset and holds no problems.</summary>
    public static byte[] Write(JobSpec spec, DatasetReference dataset, TagSet? tags = null) =>
        Write(Message(spec, tags) with { Dataset = dataset });

    static JobMessage Message(JobSpec spec, TagSet? tags) => new()
    {
        Version = JobMessage.CurrentVersion,
        Job = JsonSerializer.SerializeToNode(spec, ContractsJson.Default.JobSpec)!.AsObject(),
        Tags = tags is { IsEmpty: false } ? tags.Texts : null,
    };

    static byte[] Write(JobMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Lines);
}
