namespace RebaseBatch.Core.Searching;

/// <summary>What follows from a step's role once it is sampled.</summary>
static class StepRoles
{
    public static bool IsOfRollout(this StepRole role) => role is StepRole.Rollout or StepRole.LastOfRollout;

    /// <summary>Whether the reward model scores the step.</summary>
    /// <param name="ends">Whether nothing can continue it: it finished its solution or reached a limit.</param>
    public static bool IsScored(this StepRole role, bool ends) => ends || role is StepRole.Scored or StepRole.LastOfRollout;

    /// <summary>The state of the step as a node.</summary>
    /// <param name="state">The state that a step of a solution would have.</param>
    public static NodeState StateOf(this StepRole role, NodeState state) =>
        !role.IsOfRollout() ? state
        : role is StepRole.Rollout && state is NodeState.Open ? NodeState.Rollout
        : NodeState.RolloutEnd;
}
