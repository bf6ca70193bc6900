using System.Diagnostics.CodeAnalysis;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>A request that the server does not serve.</summary>
/// <param name="type">The error's type in the dialect; null where it has none.</param>
[SuppressMessage("Design", "CA1032", Justification = "It always has a status.")]
sealed class ServedRefusal(int status, string message, string? type = null) : Exception(message)
{
    public int Status => status;
    public string? Type => type;

    /// <summary>Tokens of the prompt and of the context, where the prompt does not fit.</summary>
    public (int Prompt, int Context)? Sizes { get; init; }
}
