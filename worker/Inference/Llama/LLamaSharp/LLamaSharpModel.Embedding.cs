using LLama.Native;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Llama.LLamaSharp;

/// <content>Contexts that embed texts.</content>
sealed partial class LLamaSharpModel
{
    public IEmbeddingContext CreateEmbeddingContext(EmbeddingContextOptions options)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_vocabularyPath is not null) throw VocabularyOnly.NoContext(_vocabularyPath);
        options = options.Checked(Facts, (int)NativeApi.llama_max_parallel_sequences());
        var handle = _contextGate is null ? Create(options) : _contextGate.Alone(() => Create(options));
        var context = new LlamaEmbeddingContext(handle, LLamaSharpLibrary.Exports, LLamaSharpLibrary.Embedding, Facts, options,
            WidthOf(_handle), _contextGate);
        lock (_gate) _contexts.Add(context);
        return context;
    }

    static unsafe int WidthOf(SafeLlamaModelHandle model) => LLamaSharpLibrary.Embedding.Width(model.DangerousGetHandle());

    SafeLLamaContextHandle Create(EmbeddingContextOptions options)
    {
        var parameters = LLamaContextParams.Default();
        // One micro-batch has a whole call: llama.cpp ends the process if an encoder's text does not fit into one.
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = (uint)options.PlannedTokens;
        parameters.n_seq_max = (uint)options.MaxTexts;
        parameters.n_threads = parameters.n_threads_batch = options.Threads;
        parameters.kv_unified = true;
        parameters.embeddings = true;
        // The pooling of a file that states one is left to llama.cpp.
        if (!PoolingStatement.IsIn(Metadata)) parameters.llama_pooling_type = (LLamaPoolingType)(int)options.Pooling;

        LlamaLogLines.TakeError();
        LlamaLogLines.TakeWarnings();
        var context = SafeLLamaContextHandle.Create(_handle, parameters);
        _remarks.AddWarnings();
        if (!context.IsInvalid) return context;
        // As for contexts that decode: nothing else lowers LLamaSharp's count of the model's users.
        _handle.DangerousRelease();
        throw new UserException(ExitCode.ModelUnusable,
            $"LLamaSharp could not make a context that embeds {options.BatchTokens} tokens: "
                + $"{LlamaLogLines.TakeError() ?? "it gave no reason"}");
    }
}
