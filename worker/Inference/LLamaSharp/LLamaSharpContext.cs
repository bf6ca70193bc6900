using LLama;
using LLama.Common;
using LLama.Exceptions;
using LLama.Native;
using RebaseBatch.Errors;

namespace RebaseBatch.Inference.LLamaSharp;

/// <summary>A context of LLamaSharp with one unified KV cache.</summary>
sealed class LLamaSharpContext : CheckedDecodeContext
{
    readonly LLamaContext _context;
    readonly SafeLLamaContextHandle _handle;
    readonly LLamaBatch _batch = new();
    readonly bool _hidden;

    public LLamaSharpContext(LLamaWeights weights, ModelParams parameters, ModelFacts facts, DecodeContextOptions options)
        : base(options = options.Checked(facts, (int)NativeApi.llama_max_parallel_sequences()), facts.VocabularySize)
    {
        try
        {
            _context = weights.CreateContext(parameters with
            {
                ContextSize = (uint)options.Cells,
                BatchSize = (uint)options.BatchTokens,
                UBatchSize = (uint)options.BatchTokens,
                SeqMax = (uint)options.MaxSequences,
                Threads = options.Threads,
                BatchThreads = options.Threads,
                FlashAttention = options.FlashAttention,
                KVUnified = true,
                TypeK = TypeOf(options.KvCacheType),
                TypeV = TypeOf(options.KvCacheType),
                Embeddings = options.HiddenStates,
                PoolingType = options.HiddenStates ? LLamaPoolingType.None : LLamaPoolingType.Unspecified,
            });
        }
        catch (RuntimeError e)
        {
            throw Refused(options, facts, e.Message, e);
        }

        (_handle, _hidden) = (_context.NativeHandle, options.HiddenStates);
        if (_handle.IsInvalid)
        {
            // LLamaSharp lets a null handle through, which the first call would crash on.
            _context.Dispose();
            throw Refused(options, facts, "llama.cpp gave none");
        }

        Cells = (int)_handle.ContextSize;
    }

    public override int Cells { get; }

    protected override DecodeStatus DecodeCore(DecodeBatch batch)
    {
        _batch.Clear();
        // With hidden states every token is an output: llama.cpp would make it so itself, with a warning a call.
        for (var i = 0; i < batch.Count; i++) _batch.Add(batch.Tokens[i], batch.Positions[i], (LLamaSeqId)batch.Sequences[i], _hidden || batch.Outputs[i]);
        return _handle.Decode(_batch) switch
        {
            DecodeResult.Ok => DecodeStatus.Ok,
            DecodeResult.NoKvSlot => DecodeStatus.CacheFull,
            _ => DecodeStatus.Failed,
        };
    }

    protected override ReadOnlySpan<float> LogitsCore(int index) => _handle.GetLogitsIth(index);

    protected override ReadOnlySpan<float> HiddenCore(int index) => _handle.GetEmbeddingsIth(index);

    protected override void ForkCore(int from, int to, int length) => _handle.MemorySequenceCopy((LLamaSeqId)from, (LLamaSeqId)to, 0, length);

    protected override void TruncateCore(int sequence, int length) => _handle.MemorySequenceRemove((LLamaSeqId)sequence, length, -1);

    protected override void DisposeCore() => _context.Dispose();

    static UserException Refused(DecodeContextOptions options, ModelFacts facts, string reason, Exception? cause = null) => new(ExitCode.ModelUnusable,
        $"LLamaSharp could not make a context of {options.Cells} cells ({options.Cells * facts.KvBytesPerCell >> 20} MiB): {reason}", cause);

    static GGMLType TypeOf(KvCacheType type) => type switch
    {
        KvCacheType.F32 => GGMLType.GGML_TYPE_F32,
        KvCacheType.F16 => GGMLType.GGML_TYPE_F16,
        KvCacheType.Q4_0 => GGMLType.GGML_TYPE_Q4_0,
        KvCacheType.Q8_0 => GGMLType.GGML_TYPE_Q8_0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such cache type"),
    };
}
