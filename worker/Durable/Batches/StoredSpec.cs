using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Batches;

/// <summary>
/// Reads the settings of a stored job. A newer version may have stored a setting, or a value, that this version does not know. To run such
/// a job without it would make results of settings that nobody asked for, so nothing is left out: the job can't be read. Pure.
/// </summary>
static class StoredSpec
{
    /// <summary>The settings, or why they can't be read; one of the two is null.</summary>
    /// <param name="json"><c>jobs.spec</c>.</param>
    public static (JobSpec? Spec, string? Unreadable) Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JobSpec>(json, ContractsJson.Lines) is { } spec ? (spec, null) : (null, Sentence(null));
        }
        catch (JsonException e)
        {
            return (null, Sentence(e.Path));
        }
    }

    /// <exception cref="UserException">BadInput: they can't be read.</exception>
    public static JobSpec Of(long jobId, string json) => Read(json) switch
    {
        ({ } spec, _) => spec,
        var (_, why) => throw new UserException(ExitCode.BadInput, $"job {jobId} {why}: use that version for it"),
    };

    /// <param name="path">Where a JSON reader stopped, such as <c>$.allocation</c>; null when it does not say.</param>
    public static string Sentence(string? path) => "can't be read: enqueued by a newer version"
        + (path is ['$', '.', .. var setting] ? $" (this one does not know its {setting})" : "");
}
