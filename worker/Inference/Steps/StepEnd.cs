namespace RebaseBatch.Inference.Steps;

/// <summary>Why a step ended.</summary>
enum StepEnd
{
    Boundary,
    EndOfGeneration,

    /// <summary>The step's token limit.</summary>
    Limit,
}
