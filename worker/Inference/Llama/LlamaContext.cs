using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// A llama.cpp context with one unified KV cache, in which any prefix of any sequence can be shared without copying, or with a stream for
/// each sequence. Both runtimes create one in their own way and decode through this class.
/// </summary>
sealed unsafe class LlamaContext : CheckedDecodeContext
{
    readonly SafeHandle _handle;
    readonly LlamaExports _calls;
    readonly ContextGate? _gate;
    readonly nint _context, _memory;
    readonly int _vocabularySize;
    readonly bool _streams;
    readonly HiddenStates? _hidden;

    /// <summary>Number of the hidden state of each batch entry that has an output; empty without hidden states.</summary>
    readonly int[] _states;

    // Pinned, so that llama.cpp reads them in place. The collector frees them, as a call may still read them when the context is disposed.
    readonly int[] _ones;
    readonly nint[] _sequences;
    readonly sbyte[] _outputs;

    /// <summary>Takes the handle over.</summary>
    /// <param name="handle">An open llama_context. Nobody else disposes it.</param>
    /// <param name="calls">The functions of the file that made it.</param>
    /// <param name="options">What it was made with, checked.</param>
    /// <param name="cells">Cells that it has.</param>
    /// <param name="gate">Null on a CPU.</param>
    /// <param name="hidden">Takes the hidden states; null without them.</param>
    public LlamaContext(SafeHandle handle, LlamaExports calls, ModelFacts facts, DecodeContextOptions options, int cells, ContextGate? gate,
        HiddenStates? hidden = null)
        : base(options, facts.VocabularySize)
    {
        (_handle, _calls, _gate, Cells) = (handle, calls, gate, cells);
        _context = handle.DangerousGetHandle();
        _memory = calls.Memory(_context);
        (_vocabularySize, _hidden, _streams) = (facts.VocabularySize, hidden, options.Streams);
        _states = new int[hidden is null ? 0 : options.BatchTokens];
        _ones = GC.AllocateUninitializedArray<int>(options.BatchTokens, pinned: true);
        Array.Fill(_ones, 1);
        _sequences = GC.AllocateUninitializedArray<nint>(options.BatchTokens, pinned: true);
        _outputs = GC.AllocateUninitializedArray<sbyte>(options.BatchTokens, pinned: true);
    }

    public override int Cells { get; }

    protected override void ThreadsCore(int threads)
    {
        using var use = new HandleUse(_handle);
        _calls.SetThreads(_context, threads, threads);
    }

    protected override DecodeStatus DecodeCore(DecodeBatch batch)
    {
        _gate?.EnterDecode();
        try
        {
            using var use = new HandleUse(_handle);
            return Call(batch);
        }
        finally
        {
            _gate?.LeaveDecode();
        }
    }

    DecodeStatus Call(DecodeBatch batch)
    {
        fixed (int* tokens = batch.Tokens, positions = batch.Positions, sequences = batch.Sequences)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                _sequences[i] = (nint)(sequences + i);
                _outputs[i] = batch.Outputs[i] ? (sbyte)1 : (sbyte)0;
            }

            _hidden?.Clear();

            var code = _calls.Decode(_context, new LlamaBatch
            {
                Count = batch.Count, Tokens = tokens, Positions = positions, SequenceCounts = (int*)Start(_ones),
                Sequences = (int**)Start(_sequences), Outputs = (sbyte*)Start(_outputs),
            });
            if (code == 0 && _hidden is not null) FindStates(_hidden, batch);
            GC.KeepAlive(this);
            return code switch { 0 => DecodeStatus.Ok, 1 => DecodeStatus.CacheFull, _ => DecodeStatus.Failed };
        }
    }

    void FindStates(HiddenStates hidden, DecodeBatch batch)
    {
        var outputs = 0;
        for (var i = 0; i < batch.Count; i++)
            if (batch.Outputs[i]) _states[i] = hidden.Find(_calls.Logits(_context, i), outputs++);
    }

    protected override ReadOnlySpan<float> LogitsCore(int index)
    {
        using var use = new HandleUse(_handle);
        var logits = _calls.Logits(_context, index);
        return logits is null
            ? throw new InvalidOperationException($"llama.cpp has no logits at batch entry {index}") : new(logits, _vocabularySize);
    }

    protected override ReadOnlySpan<float> HiddenCore(int index) => _hidden![_states[index]];

    protected override void ForkCore(int from, int to, int length)
    {
        using var use = new HandleUse(_handle);
        if (!_streams)
        {
            _calls.CopySequence(_memory, from, to, 0, length);
            return;
        }

        // Between streams llama.cpp copies whole sequences only; a part would abort the process.
        _calls.CopySequence(_memory, from, to, -1, -1);
        if (length < Length(from)) TruncateCore(to, length);
    }

    protected override void TruncateCore(int sequence, int length)
    {
        using var use = new HandleUse(_handle);
        if (_calls.RemoveSequence(_memory, sequence, length, -1) == 0)
            throw new InvalidOperationException($"llama.cpp could not cut sequence {sequence} back to {length} tokens");
    }

    protected override int StateBytesCore(int sequence)
    {
        using var use = new HandleUse(_handle);
        return checked((int)_calls.StateBytes(_context, sequence));
    }

    protected override void SaveCore(int sequence, Span<byte> to)
    {
        using var use = new HandleUse(_handle);
        fixed (byte* bytes = to)
        {
            if (_calls.SaveState(_context, bytes, (nuint)to.Length, sequence) == 0)
                throw new InvalidOperationException($"llama.cpp could not copy sequence {sequence} out of its cache");
        }
    }

    protected override bool LoadCore(int sequence, ReadOnlySpan<byte> from, int length)
    {
        using var use = new HandleUse(_handle);
        fixed (byte* bytes = from)
        {
            if (_calls.LoadState(_context, bytes, (nuint)from.Length, sequence) != 0) return true;
        }

        // llama.cpp may have begun with it.
        _calls.RemoveSequence(_memory, sequence, -1, -1);
        return false;
    }

    protected override void DisposeCore()
    {
        if (_gate is null) _handle.Dispose();
        else
        {
            _gate.Alone(() =>
            {
                _handle.Dispose();
                return true;
            });
        }
    }

    static void* Start<T>(T[] pinned) where T : unmanaged => Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
