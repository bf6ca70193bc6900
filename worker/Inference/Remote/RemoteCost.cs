using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Remote.Dialects;

namespace RebaseBatch.Inference.Remote;

/// <summary>What a request cost, by the server's own count.</summary>
static class RemoteCost
{
    // No context is longer, and such counts can't overflow a sum of 32 bits.
    const int MostTokens = 1 << 24;

    /// <param name="sent">Tokens of the prompt that was sent.</param>
    /// <param name="encodedBefore">How many of them were encoded for this search before.</param>
    /// <param name="sampled">Tokens drawn that count as evaluated.</param>
    /// <remarks>
    /// A server that does not say what its cache held is taken to hold what was encoded before, and the cached tokens are not known.
    /// Seconds are 0: a server does not say how long its device worked for one request.
    /// </remarks>
    public static ModelCost Of(RemoteUsage usage, int sent, int encodedBefore, int sampled)
    {
        var prompt = usage.Prompt is > 0 and <= MostTokens ? usage.Prompt : sent;
        var cached = Math.Clamp(usage.Cached ?? encodedBefore, 0, prompt);
        return new(prompt - cached + sampled, Math.Max(0, Math.Min(encodedBefore, prompt) - cached), Seconds: 0)
        {
            Cached = usage.Cached is null ? null : cached,
        };
    }

    public static ModelCost Plus(this ModelCost a, ModelCost b) =>
        new(a.Evaluated + b.Evaluated, a.Reencoded + b.Reencoded, a.Seconds + b.Seconds)
        {
            Cached = (int?)ModelCost.SumOfCached([a, b]),
        };
}
