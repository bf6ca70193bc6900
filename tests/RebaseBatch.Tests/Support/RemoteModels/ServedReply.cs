using System.Text;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>What a served model drew.</summary>
sealed record ServedReply
{
    /// <summary>All tokens that were drawn, with end-of-generation and those of the stop text.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>Bytes of the tokens. End-of-generation has none.</summary>
    public required byte[] Bytes { get; init; }

    public required StepEnd End { get; init; }

    /// <summary>The text that ended it; null where another reason did.</summary>
    public byte[]? Stop { get; init; }

    /// <summary>Where in <see cref="Bytes"/> the stop text begins.</summary>
    public int StopAt { get; init; }

    public required int PromptTokens { get; init; }

    /// <summary>Tokens of the prompt whose keys and values were there already.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>One for each token; empty unless the request asked for probabilities.</summary>
    public IReadOnlyList<ServedPosition> Positions { get; init; } = [];

    public string? StopText => Stop is null ? null : Encoding.UTF8.GetString(Stop);

    /// <summary>The text up to the stop text, or with it.</summary>
    public string Text(bool withStop) =>
        Encoding.UTF8.GetString(Bytes, 0, Stop is null ? Bytes.Length : withStop ? StopAt + Stop.Length : StopAt);
}
