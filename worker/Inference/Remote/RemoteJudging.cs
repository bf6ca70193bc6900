using System.Text.Json;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote;

/// <summary>How a server is asked for a score: by the labels of a convention, or by the classes of a head that it has.</summary>
/// <param name="labels">Null for a model with a head.</param>
sealed class RemoteJudging(IRemoteDialect dialect, (int Good, int Bad)? labels)
{
    /// <summary>Whether servers of this kind can be asked.</summary>
    public bool IsPossible => Make([0]) is not null;

    /// <param name="tokens">At least one.</param>
    public RemoteRequest Request(ReadOnlySpan<int> tokens) =>
        Make(tokens) ?? throw new InvalidOperationException("servers of this kind can't be asked for scores");

    /// <exception cref="ModelFaultException">The reply has no score.</exception>
    public LabelReply Read(JsonElement reply) =>
        labels is var (good, bad) ? dialect.ReadScore(reply, good, bad) : dialect.ReadClasses(reply);

    RemoteRequest? Make(ReadOnlySpan<int> tokens) =>
        labels is var (good, bad) ? dialect.Score(tokens, good, bad) : dialect.Classify(tokens);
}
