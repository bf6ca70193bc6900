using System.Runtime.InteropServices;
using RebaseBatch.Errors;
using static RebaseBatch.Inference.LlamaCpp.LlamaNative;

namespace RebaseBatch.Inference.LlamaCpp;

/// <summary>A llama.cpp context with one unified KV cache: any prefix of any sequence can be shared without copying.</summary>
sealed unsafe class LlamaContext : CheckedDecodeContext
{
    readonly int _vocabularySize;
    readonly nint _memory;
    readonly int* _ones;
    readonly int** _sequences;
    readonly sbyte* _outputs;
    nint _context;

    public LlamaContext(nint model, ModelFacts facts, DecodeContextOptions options) : base(options = Check(options, facts), facts.VocabularySize)
    {
        var parameters = llama_context_default_params();
        parameters.Context = (uint)options.Cells;
        parameters.Batch = (uint)options.BatchTokens;
        parameters.MicroBatch = (uint)options.BatchTokens;
        parameters.MaxSequences = (uint)options.MaxSequences;
        // 0: as many outputs as a batch has tokens; with less, one wanted logit too many aborts the process.
        parameters.MaxOutputs = 0;
        parameters.Threads = parameters.BatchThreads = options.Threads;
        parameters.KvUnified = 1;
        // -1 leaves the choice to llama.cpp, which takes the fused kernel wherever it can.
        parameters.FlashAttention = options.FlashAttention switch { null => -1, false => 0, true => 1 };
        parameters.KeyType = parameters.ValueType = TypeNumber(options.KvCacheType);
        LlamaLibrary.TakeError();
        _context = llama_init_from_model(model, parameters);
        if (_context == 0)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"llama.cpp could not make a context of {options.Cells} cells ({options.Cells * facts.KvBytesPerCell >> 20} MiB): {LlamaLibrary.TakeError() ?? "it gave no reason"}");
        }

        if (llama_n_seq_max(_context) != options.MaxSequences || llama_n_threads(_context) != options.Threads || llama_n_batch(_context) < options.BatchTokens)
        {
            llama_free(_context);
            throw new UserException(ExitCode.ModelUnusable, $"llama.cpp did not take over the context's sizes: its library is not release {LlamaLibrary.Release}");
        }

        Cells = (int)llama_n_ctx(_context);
        _memory = llama_get_memory(_context);
        _vocabularySize = facts.VocabularySize;
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
                _outputs[i] = batch.Outputs[i] ? (sbyte)1 : (sbyte)0;
            }

            var code = llama_decode(_context, new LlamaBatch
            {
                Count = batch.Count, Tokens = tokens, Positions = positions, SequenceCounts = _ones, Sequences = _sequences, Outputs = _outputs,
            });
            return code switch { 0 => DecodeStatus.Ok, 1 => DecodeStatus.CacheFull, _ => DecodeStatus.Failed };
        }
    }

    protected override ReadOnlySpan<float> LogitsCore(int index)
    {
        var logits = llama_get_logits_ith(_context, index);
        return logits is null ? throw new InvalidOperationException($"llama.cpp has no logits at batch entry {index}") : new(logits, _vocabularySize);
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

    static DecodeContextOptions Check(DecodeContextOptions options, ModelFacts facts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Cells, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchTokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BatchTokens, 1 << 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSequences, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxSequences, (int)llama_max_parallel_sequences());
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Threads, 512);

        // The cache is allocated lazily: too large a one would kill the process only later, when its pages are touched.
        var (bytes, memory) = (options.Cells * facts.KvBytesPerCell, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        if (bytes > memory)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"a KV cache of {options.Cells} cells takes {bytes >> 20} MiB, and the machine has {memory >> 20} MiB: lower the context's cells");
        }

        // llama.cpp caps a batch at the context.
        return options with { BatchTokens = Math.Min(options.BatchTokens, options.Cells) };
    }
}
