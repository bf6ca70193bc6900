using System.Text.Json;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote;

/// <summary>How a server is asked for a score: by the labels of a convention, or by what a head that it has says.</summary>
sealed class RemoteJudging
{
    readonly Func<int[], RemoteRequest?> _make;
    readonly Func<JsonElement, LabelReply> _read;

    RemoteJudging(Func<int[], RemoteRequest?> make, Func<JsonElement, LabelReply> read) => (_make, _read) = (make, read);

    /// <summary>By the probabilities of two tokens behind the text.</summary>
    public static RemoteJudging ByLabels(IRemoteDialect dialect, int good, int bad) =>
        new(tokens => dialect.Score(tokens, good, bad), reply => dialect.ReadScore(reply, good, bad));

    /// <summary>By a head of two classes.</summary>
    public static RemoteJudging ByClasses(IRemoteDialect dialect) => new(tokens => dialect.Classify(tokens), dialect.ReadClasses);

    /// <summary>By a head of one number, whose sigmoid is the score.</summary>
    public static RemoteJudging ByValue(IRemoteDialect dialect) => new(tokens => dialect.Value(tokens), dialect.ReadValue);

    /// <summary>Whether servers of this kind can be asked.</summary>
    public bool IsPossible => _make([0]) is not null;

    /// <param name="tokens">At least one.</param>
    public RemoteRequest Request(int[] tokens) =>
        _make(tokens) ?? throw new InvalidOperationException("servers of this kind can't be asked for scores");

    /// <exception cref="ModelFaultException">The reply has no score.</exception>
    public LabelReply Read(JsonElement reply) => _read(reply);
}
