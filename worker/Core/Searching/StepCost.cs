namespace RebaseBatch.Core.Searching;

/// <summary>The cost of one step.</summary>
/// <param name="Sampled">Tokens that the policy sampled, including trimmed ones.</param>
readonly record struct StepCost(int Sampled, ModelCost Policy, ModelCost Reward)
{
    /// <summary>0 where no embedding model read the step.</summary>
    public ModelCost Embedding { get; init; }
}
