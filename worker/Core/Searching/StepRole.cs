namespace RebaseBatch.Core.Searching;

/// <summary>What a planned step is for: whether it is scored, and whether it belongs to a solution.</summary>
enum StepRole
{
    /// <summary>A step of a solution that is scored.</summary>
    Scored,

    /// <summary>A step of a solution that is scored only if its path ends with it, so that every solution has a score.</summary>
    Unscored,

    /// <summary>A step of a rollout, at temperature 0. It is scored only if the rollout ends with it before its time.</summary>
    Rollout,

    /// <summary>The last step of a rollout, at temperature 0. It is scored.</summary>
    LastOfRollout,
}
