using System.Text.Json.Serialization;

namespace RebaseBatch.Durable.Budgets;

/// <summary>Which of a job's <see cref="JobLimits"/> was reached.</summary>
enum JobLimit
{
    [JsonStringEnumMemberName("job_sampled_tokens")]
    SampledTokens,

    [JsonStringEnumMemberName("job_flops")]
    Flops,

    [JsonStringEnumMemberName("job_device_seconds")]
    DeviceSeconds,
}
