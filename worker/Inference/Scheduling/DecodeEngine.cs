using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// One context that serves all sequences assigned to it: a <see cref="Scheduler"/> that decides and a <see cref="DecodeLoop"/> that
/// decodes.
/// </summary>
sealed class DecodeEngine : IDisposable
{
    readonly string _name;
    readonly DecodeLoop _loop;

    /// <summary>Takes the context over and starts its thread.</summary>
    public DecodeEngine(string name, IDecodeContext context, int vocabularySize, EngineOptions options, ILogger log)
    {
        (_name, MaxSequenceTokens) = (name, context.Cells);
        _loop = new(name, context, vocabularySize, new(name, ContextSize.Of(context), options), options, log);
    }

    /// <summary>False once the engine has stopped: it serves nothing more.</summary>
    public bool IsAlive => _loop.IsAlive;

    /// <summary>Longest sequence in tokens that the engine can serve.</summary>
    public int MaxSequenceTokens { get; }

    public EngineStatistics Statistics => _loop.Statistics;

    public void Submit(DecodeRequest request)
    {
        if (request.Longest <= MaxSequenceTokens)
        {
            _loop.Submit(request);
            return;
        }

        var size = $"{request.Longest} tokens do not fit the {_name} context of {MaxSequenceTokens} cells";
        request.FailRemaining(new ModelFaultException($"{size}: {ContextSize.Larger}"));
    }

    /// <summary>Releases the cached prefixes of a search, except those that end at <paramref name="nodes"/>.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes) => _loop.Retain(search, nodes);

    /// <summary>Stops at the end of the current decode call; unfinished requests fail.</summary>
    public void Dispose() => _loop.Dispose();
}
