using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote.Dialects;

namespace RebaseBatch.Inference.Remote;

/// <summary>How long a sequence of a remote model may be.</summary>
static class RemoteContext
{
    /// <summary>What makes it longer: words for an error sentence.</summary>
    public static string Larger(string name) =>
        $"serve '{name}' with a longer context, or raise Rebase:Models:{name}:ContextTokens if it is set";

    /// <summary>The least of what the server, the catalog entry and the vocabulary's file say, in tokens.</summary>
    public static int Of(ILanguageModel vocabulary, RemoteModel remote, RemoteFacts facts)
    {
        // A file that holds only a vocabulary may not say it.
        var trained = vocabulary.Facts.TrainContext is > 0 and var tokens ? tokens : int.MaxValue;
        return Math.Min(trained, Math.Min(facts.ContextTokens ?? int.MaxValue, remote.ContextTokens ?? int.MaxValue));
    }
}
