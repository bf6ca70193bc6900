using System.Runtime.InteropServices;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using static RebaseBatch.Inference.Llama.LlamaNative;

namespace RebaseBatch.Inference.Llama;

/// <summary>A llama.cpp context with one unified KV cache: any prefix of any sequence can be shared without copying.</summary>
sealed unsafe class LlamaContext : CheckedDecodeContext
{
    readonly int _vocabularySize, _width;
    readonly bool _hidden;
    readonly nint _memory;
    readonly int* _ones;
    readonly int** _sequences;
    readonly sbyte* _outputs;
    nint _context;

    public LlamaContext(nint model, ModelFacts facts, DecodeContextOptions options) : base(options =
        options.Checked(facts, (int)llama_max_parallel_sequences()), facts.VocabularySize)
    {
        var parameters = llama_context_default_params();
        parameters.Context = (uint)options.Cells;
        parameters.Batch = (uint)options.BatchTokens;
        parameters.MicroBatch = (uint)options.BatchTokens;
        parameters.MaxSequences = (uint)options.MaxSequences;
        // 0: as many outputs as a batch has tokens. With fewer, llama.cpp aborts the process when a batch wants one output too many.
        parameters.MaxOutputs = 0;
        parameters.Threads = parameters.BatchThreads = options.Threads;
        parameters.KvUnified = 1;
        // -1 leaves the choice to llama.cpp, which takes the fused kernel wherever it can.
        parameters.FlashAttention = options.FlashAttention switch { null => -1, false => 0, true => 1 };
        parameters.KeyType = parameters.ValueType = TypeNumber(options.KvCacheType);
        if (options.HiddenStates)
        {
            parameters.Embeddings = 1;
            // 0: one state per token. A model's own pooling would leave one per sequence.
            parameters.Pooling = 0;
        }

        LlamaLogLines.TakeError();
        _context = llama_init_from_model(model, parameters);
        if (_context == 0)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"llama.cpp could not make a context of {options.Cells} cells ({options.Cells * facts.KvBytesPerCell >> 20} MiB): "
                    + $"{LlamaLogLines.TakeError() ?? "it gave no reason"}");
        }

        if (llama_n_seq_max(_context) != options.MaxSequences || llama_n_threads(_context) != options.Threads
            || llama_n_batch(_context) < options.BatchTokens)
        {
            llama_free(_context);
            throw new UserException(ExitCode.ModelUnusable,
                $"llama.cpp did not take over the context's sizes: its library is not release {LlamaLibrary.Release}");
        }

        Cells = (int)llama_n_ctx(_context);
        _memory = llama_get_memory(_context);
        (_vocabularySize, _width, _hidden) = (facts.VocabularySize, facts.Width, options.HiddenStates);
        _ones = (int*)NativeMemory.Alloc((nuint)options.BatchTokens, sizeof(int));
        new Span<int>(_ones, options.BatchTokens).Fill(1);
        _sequences = (int**)NativeMemory.Alloc((nuint)options.BatchTokens, (nuint)sizeof(int*));
        _outputs = (sbyte*)NativeMemory.Alloc((nuint)options.BatchTokens, sizeof(sbyte));
    }

    public override int Cells { get; }

    protected override DecodeStatus DecodeCore(DecodeBatch batch)
    {
        fixed (int* tokens = batch.Tokens, positions = batch.Positions, sequences = batch.Sequences)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                _sequences[i] = sequences + i;
                // With hidden states every token must be an output. llama.cpp would set that itself, and warn at every call.
                _outputs[i] = _hidden || batch.Outputs[i] ? (sbyte)1 : (sbyte)0;
            }

            var code = llama_decode(_context, new LlamaBatch
            {
                Count = batch.Count, Tokens = tokens, Positions = positions, SequenceCounts = _ones, Sequences = _sequences,
                Outputs = _outputs,
            });
            return code switch { 0 => DecodeStatus.Ok, 1 => DecodeStatus.CacheFull, _ => DecodeStatus.Failed };
        }
    }

    protected override ReadOnlySpan<float> LogitsCore(int index)
    {
        var logits = llama_get_logits_ith(_context, index);
        return logits is null
            ? throw new InvalidOperationException($"llama.cpp has no logits at batch entry {index}") : new(logits, _vocabularySize);
    }

    protected override ReadOnlySpan<float> HiddenCore(int index)
    {
        var state = llama_get_embeddings_ith(_context, index);
        return state is null
            ? throw new InvalidOperationException($"llama.cpp has no hidden state at batch entry {index}") : new(state, _width);
    }

    protected override void ForkCore(int from, int to, int length) => llama_memory_seq_cp(_memory, from, to, 0, length);

    protected override void TruncateCore(int sequence, int length)
    {
        if (llama_memory_seq_rm(_memory, sequence, length, -1) == 0)
            throw new InvalidOperationException($"llama.cpp could not cut sequence {sequence} back to {length} tokens");
    }

    protected override void DisposeCore()
    {
        llama_free(_context);
        _context = 0;
        NativeMemory.Free(_ones);
        NativeMemory.Free(_sequences);
        NativeMemory.Free(_outputs);
    }

    // ggml_type.
    static int TypeNumber(KvCacheType type) => type switch
    {
        KvCacheType.F32 => 0,
        KvCacheType.F16 => 1,
        KvCacheType.Q4_0 => 2,
        KvCacheType.Q8_0 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such cache type"),
    };
}
