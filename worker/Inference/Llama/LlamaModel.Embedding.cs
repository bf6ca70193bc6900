using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using static RebaseBatch.Inference.Llama.LlamaNative;

namespace RebaseBatch.Inference.Llama;

/// <content>Contexts that embed texts.</content>
sealed unsafe partial class LlamaModel
{
    public IEmbeddingContext CreateEmbeddingContext(EmbeddingContextOptions options)
    {
        ObjectDisposedException.ThrowIf(_model == 0, this);
        if (_vocabularyPath is not null) throw VocabularyOnly.NoContext(_vocabularyPath);
        options = options.Checked(Facts, (int)llama_max_parallel_sequences());
        var handle = _contextGate is null ? Create(options) : _contextGate.Alone(() => Create(options));
        var embedding = LlamaLibrary.Embedding;
        var context = new LlamaEmbeddingContext(
            handle, LlamaLibrary.Exports, embedding, Facts, options, embedding.Width(_model), _contextGate);
        lock (_gate) _contexts.Add(context);
        return context;
    }

    LlamaHandle Create(EmbeddingContextOptions options)
    {
        var parameters = llama_context_default_params();
        // One micro-batch has a whole call: llama.cpp ends the process if an encoder's text does not fit into one.
        parameters.Context = parameters.Batch = parameters.MicroBatch = (uint)options.PlannedTokens;
        parameters.MaxSequences = (uint)options.MaxTexts;
        parameters.MaxOutputs = 0;
        parameters.Threads = parameters.BatchThreads = options.Threads;
        parameters.KvUnified = 1;
        parameters.Embeddings = 1;
        // The pooling of a file that states one is left to llama.cpp.
        if (!PoolingStatement.IsIn(Metadata)) parameters.Pooling = (int)options.Pooling;

        LlamaLogLines.TakeError();
        LlamaLogLines.TakeWarnings();
        var context = llama_init_from_model(_model, parameters);
        _remarks.AddWarnings();
        return context == 0
            ? throw new UserException(ExitCode.ModelUnusable,
                $"llama.cpp could not make a context that embeds {options.BatchTokens} tokens: "
                    + $"{LlamaLogLines.TakeError() ?? "it gave no reason"}")
            : new(context, &llama_free, _handle);
    }
}
