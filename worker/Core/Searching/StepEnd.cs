namespace RebaseBatch.Core.Searching;

/// <summary>Why a step ended.</summary>
enum StepEnd
{
    /// <summary>The text that ends a step appeared.</summary>
    Boundary,

    /// <summary>The model ended its text.</summary>
    EndOfGeneration,

    /// <summary>The step's token limit.</summary>
    Limit,
}
