using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Embeddings;

/// <summary>
/// Embeds texts with one model. A text that is longer than the context is embedded by its last tokens: what is said last tells two long
/// solutions of one question apart better than how they begin.
/// </summary>
sealed class TextEmbedder : IDisposable
{
    readonly string _model;
    readonly ILogger _log;
    readonly EmbeddingEngine _engine;
    readonly int _before;
    int _said;

    /// <summary>Takes the context over; the model stays with the caller.</summary>
    /// <param name="name">The model as people know it.</param>
    public TextEmbedder(string name, ILanguageModel model, IEmbeddingContext context, EngineOptions options, ILogger log)
    {
        (_model, Model, _log) = (name, model, log);
        _engine = new(context, options, log);
        // The tokens before a text, such as [CLS]: a text that is cut must begin with them, too.
        const string Sample = "1";
        var (plain, around) = (model.Tokenize(Sample, false, false), model.Tokenize(Sample, true, false));
        _before = plain.Length == 0 ? 0 : Math.Max(0, around.AsSpan().IndexOf(plain));
    }

    public ILanguageModel Model { get; }

    public bool IsAlive => _engine.IsAlive;

    public EngineStatistics Statistics => _engine.Statistics;

    /// <exception cref="EngineFaultException">The engine has stopped on a fault.</exception>
    /// <exception cref="ModelFaultException">The model can't embed this text.</exception>
    public async Task<TextEmbedding> EmbedAsync(string text, CancellationToken ct)
    {
        var tokens = Cut(Model.Tokenize(text, addSpecial: true, parseSpecial: false));
        return tokens.Length == 0 ? default : await _engine.EmbedAsync(tokens, ct);
    }

    public void Dispose() => _engine.Dispose();

    int[] Cut(int[] tokens)
    {
        var most = _engine.MaxTextTokens;
        if (tokens.Length <= most) return tokens;
        if (Interlocked.Exchange(ref _said, 1) == 0) _log.TextCut(_model, tokens.Length, most);
        return [.. tokens[.._before], .. tokens[^(most - _before)..]];
    }
}
