using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Loading;

/// <summary>The runtime that decodes in this process.</summary>
/// <param name="Missing">Why LLamaSharp, the usual one, was not taken although no setting chooses another; null otherwise.</param>
sealed record ChosenRuntime(IInferenceRuntime Runtime, string? Missing)
{
    /// <summary>A line that says which runtime, which build and which files, and why it is not the usual one.</summary>
    /// <exception cref="Platform.Errors.UserException">Its files can't be loaded.</exception>
    public string Describe()
    {
        var instead = Missing is null ? "" : $"; LLamaSharp can't be loaded here: {Missing}";
        var files = Runtime.Variant() is { Length: > 0 } variant ? $", files {variant}" : "";
        return $"{Runtime.Kind} {Runtime.Build()}{files}{instead}";
    }
}
