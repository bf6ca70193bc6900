using LLama.Native;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Llama.LLamaSharp;

/// <summary>A context of LLamaSharp with one unified KV cache.</summary>
sealed class LLamaSharpContext : CheckedDecodeContext
{
    readonly SafeLLamaContextHandle _handle;
    readonly LLamaBatch _batch = new();
    readonly bool _hidden;

    public LLamaSharpContext(SafeLlamaModelHandle model, ModelFacts facts, DecodeContextOptions options)
        : base(options = options.Checked(facts, (int)NativeApi.llama_max_parallel_sequences()), facts.VocabularySize)
    {
        // llama.cpp's own defaults: LLamaSharp's ContextParams would replace the model's YaRN numbers with its own.
        var parameters = LLamaContextParams.Default();
        parameters.n_ctx = (uint)options.Cells;
        parameters.n_batch = parameters.n_ubatch = (uint)options.BatchTokens;
        parameters.n_seq_max = (uint)options.MaxSequences;
        parameters.n_threads = parameters.n_threads_batch = options.Threads;
        parameters.llama_flash_attn_type = options.FlashAttention switch
        {
            null => LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_AUTO,
            false => LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_DISABLED,
            true => LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_ENABLED,
        };
        parameters.kv_unified = true;
        parameters.type_k = parameters.type_v = TypeOf(options.KvCacheType);
        if (options.HiddenStates)
        {
            parameters.embeddings = true;
            // One state per token. A model's own pooling would leave one per sequence.
            parameters.llama_pooling_type = LLamaPoolingType.None;
        }

        LlamaLogLines.TakeError();
        (_handle, _hidden) = (SafeLLamaContextHandle.Create(model, parameters), options.HiddenStates);
        if (_handle.IsInvalid)
        {
            // LLamaSharp accepts a null handle, and has already counted it as a user of the model. Nothing would lower that count.
            model.DangerousRelease();
            throw new UserException(ExitCode.ModelUnusable,
                $"LLamaSharp could not make a context of {options.Cells} cells ({options.Cells * facts.KvBytesPerCell >> 20} MiB): "
                    + $"{LlamaLogLines.TakeError() ?? "it gave no reason"}");
        }

        Cells = (int)_handle.ContextSize;
    }

    public override int Cells { get; }

    protected override DecodeStatus DecodeCore(DecodeBatch batch)
    {
        _batch.Clear();
        // With hidden states every token must be an output. llama.cpp would set that itself, and warn at every call.
        for (var i = 0; i < batch.Count; i++)
            _batch.Add(batch.Tokens[i], batch.Positions[i], (LLamaSeqId)batch.Sequences[i], _hidden || batch.Outputs[i]);
        return _handle.Decode(_batch) switch
        {
            DecodeResult.Ok => DecodeStatus.Ok,
            DecodeResult.NoKvSlot => DecodeStatus.CacheFull,
            _ => DecodeStatus.Failed,
        };
    }

    protected override ReadOnlySpan<float> LogitsCore(int index) => _handle.GetLogitsIth(index);

    protected override ReadOnlySpan<float> HiddenCore(int index) => _handle.GetEmbeddingsIth(index);

    protected override void ForkCore(int from, int to, int length) =>
        _handle.MemorySequenceCopy((LLamaSeqId)from, (LLamaSeqId)to, 0, length);

    protected override void TruncateCore(int sequence, int length)
    {
        _handle.MemorySequenceRemove((LLamaSeqId)sequence, length, -1);
        // LLamaSharp does not say whether it succeeded.
        if (_handle.MemorySequenceMaxPosition((LLamaSeqId)sequence).Value >= length)
            throw new InvalidOperationException($"llama.cpp could not cut sequence {sequence} back to {length} tokens");
    }

    protected override void DisposeCore() => _handle.Dispose();

    static GGMLType TypeOf(KvCacheType type) => type switch
    {
        KvCacheType.F32 => GGMLType.GGML_TYPE_F32,
        KvCacheType.F16 => GGMLType.GGML_TYPE_F16,
        KvCacheType.Q4_0 => GGMLType.GGML_TYPE_Q4_0,
        KvCacheType.Q8_0 => GGMLType.GGML_TYPE_Q8_0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such cache type"),
    };
}
