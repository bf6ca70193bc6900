using System.Text.Json.Serialization;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>What becomes of due times that passed while no worker ran.</summary>
enum MissedPolicy
{
    /// <summary>They are made up for by one run, as soon as a worker is there and the window has not closed.</summary>
    [JsonStringEnumMemberName("run_once")]
    RunOnce,

    /// <summary>They are left out.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,
}
