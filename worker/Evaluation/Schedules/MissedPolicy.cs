using System.Text.Json.Serialization;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>What happens with due times that passed while no worker ran.</summary>
enum MissedPolicy
{
    /// <summary>One run makes up for all of them, as soon as a worker runs, if the window has not closed.</summary>
    [JsonStringEnumMemberName("run_once")]
    RunOnce,

    /// <summary>They are left out.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,
}
