using System.Runtime.InteropServices;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// A llama.cpp context with <c>embeddings</c> and a pooling. Each text is a sequence of one micro-batch: an encoder looks at all tokens of
/// a text at once, and a mean is over the tokens of one micro-batch. After each call the cells are free again.
/// </summary>
sealed unsafe class LlamaEmbeddingContext : CheckedEmbeddingContext
{
    readonly SafeHandle _handle;
    readonly LlamaExports _calls;
    readonly EmbeddingExports _embedding;
    readonly ContextGate? _gate;
    readonly nint _context, _memory;
    readonly int[] _tokens, _positions, _sequences, _ones;
    readonly nint[] _pointers;
    readonly sbyte[] _outputs;

    /// <summary>Takes the handle over.</summary>
    /// <param name="handle">An open llama_context. Nobody else disposes it.</param>
    /// <param name="calls">The functions of the file that made it, as <paramref name="embedding"/>.</param>
    /// <param name="options">What it was made with, checked.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <param name="gate">Null on a CPU.</param>
    public LlamaEmbeddingContext(SafeHandle handle, LlamaExports calls, EmbeddingExports embedding, ModelFacts facts,
        EmbeddingContextOptions options, int width, ContextGate? gate)
        : base(options, facts.VocabularySize)
    {
        (_handle, _calls, _embedding, _gate, Width) = (handle, calls, embedding, gate, width);
        _context = handle.DangerousGetHandle();
        _memory = calls.Memory(_context);
        // Pinned, so that llama.cpp reads them in place.
        (_tokens, _positions, _sequences) = (Pinned<int>(), Pinned<int>(), Pinned<int>());
        (_ones, _pointers, _outputs) = (Pinned<int>(), Pinned<nint>(), Pinned<sbyte>());
        Array.Fill(_ones, 1);
        Array.Fill(_outputs, (sbyte)1);
        for (var i = 0; i < _pointers.Length; i++) _pointers[i] = (nint)((int*)Start(_sequences) + i);
    }

    public override int Width { get; }

    protected override void ThreadsCore(int threads)
    {
        using var use = new HandleUse(_handle);
        _calls.SetThreads(_context, threads, threads);
    }

    protected override bool EmbedCore(IReadOnlyList<int[]> texts, int tokens, Span<float> vectors)
    {
        var at = 0;
        for (var text = 0; text < texts.Count; text++)
        {
            for (var i = 0; i < texts[text].Length; i++, at++) (_tokens[at], _positions[at], _sequences[at]) = (texts[text][i], i, text);
        }

        _gate?.EnterDecode();
        try
        {
            using var use = new HandleUse(_handle);
            return Call(texts.Count, tokens, vectors);
        }
        finally
        {
            _gate?.LeaveDecode();
        }
    }

    bool Call(int texts, int tokens, Span<float> vectors)
    {
        // Also what a call that failed has left.
        _embedding.Clear(_memory, 0);
        var code = _calls.Decode(_context, new LlamaBatch
        {
            Count = tokens, Tokens = (int*)Start(_tokens), Positions = (int*)Start(_positions), SequenceCounts = (int*)Start(_ones),
            Sequences = (int**)Start(_pointers), Outputs = (sbyte*)Start(_outputs),
        });
        for (var text = 0; code == 0 && text < texts; text++)
        {
            var vector = _embedding.OfSequence(_context, text);
            if (vector is null) return false;
            new ReadOnlySpan<float>(vector, Width).CopyTo(vectors[(text * Width)..]);
        }

        GC.KeepAlive(this);
        return code == 0;
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

    T[] Pinned<T>() => GC.AllocateArray<T>(BatchTokens, pinned: true);

    static void* Start<T>(T[] pinned) where T : unmanaged => System.Runtime.CompilerServices.Unsafe.AsPointer(
        ref MemoryMarshal.GetArrayDataReference(pinned));
}
