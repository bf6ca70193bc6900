using RebaseBatch.Contracts;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The remark on a limit of device seconds that can't count a model on a server.</summary>
static class ServedModelRemark
{
    /// <summary>
    /// Writes it to stderr; nothing when no job has such a limit, or none of their models is on a server as far as this machine knows.
    /// </summary>
    public static void Write(CommandContext context, IEnumerable<JobSpec> jobs)
    {
        var served = jobs.Where(job => job.MaxDeviceSecondsPerJob is not null)
            .SelectMany(job => (string?[])[job.Policy, job.Reward]).OfType<string>()
            .Where(model => !string.IsNullOrWhiteSpace(context.Options.Models.GetValueOrDefault(model)?.Endpoint))
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).ToList();
        if (served.Count == 0) return;
        var names = string.Join(" and ", served.Select(model => $"'{model}'"));
        context.WriteStderr($"max_device_seconds_per_job has no effect on {names}: nobody measures how long a server decodes, so limit the "
            + "tokens, the FLOPs or the time (max_tokens_per_job, max_flops_per_job, deadline)");
    }
}
