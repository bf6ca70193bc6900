namespace RebaseBatch.Inference.Catalog;

/// <summary>What a model is for.</summary>
enum ModelRole
{
    /// <summary>Samples steps.</summary>
    Policy,

    /// <summary>Scores steps.</summary>
    Reward,
}
