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

    /// <summary>False once the engine has stopped: nothing more will come of it.</summary>
    public bool IsAlive => _loop.IsAlive;

    /// <summary>Longest sequence in tokens that can be served at all.</summary>
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
        request.FailRemaining(new ModelFaultException($"{size}: raise Rebase:Inference:ContextCells"));
    }

    /// <summary>Releases what is cached of a search, except the prefixes that end at <paramref name="nodes"/>.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes) => _loop.Retain(search, nodes);

    /// <summary>Stops at the end of the decode call it is in; what was under way fails.</summary>
    public void Dispose() => _loop.Dispose();
}
