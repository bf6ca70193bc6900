using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>The draws after one decode call: each sequence takes its output and says whether it goes on.</summary>
/// <param name="vocabularySize">Entries of the logits.</param>
/// <param name="threads">
/// Threads that share many draws. On a CPU it is 1. The draws take 1 to 3 % of the time of the decode call before them at a vocabulary of
/// 32,000, and 2 to 7 % at 128,000 (110M weights, 64 sequences, the benchmark <c>sampling</c>). Their thread holds none of the decode
/// threads, so the other engines have all cores meanwhile. A GPU waits for the draws, and its calls are as short as the draws.
/// </param>
sealed class SamplingPass(int vocabularySize, int threads)
{
    /// <summary>
    /// With at least this many vocabulary entries in all draws together, waking threads saves time: about half a millisecond of draws.
    /// </summary>
    const int Worthwhile = 1 << 20;

    readonly TokenSampler[] _samplers = [.. Enumerable.Range(0, threads).Select(_ => new TokenSampler(vocabularySize))];
    readonly Lock _outputs = new();
    (DecodeSequence Sequence, int Output, bool GoesOn, ModelFaultException? Fault)[] _draws = [];

    /// <summary>Sequences that were added.</summary>
    public int Count { get; private set; }

    /// <summary>The outcome of a sequence, in the order of <see cref="Add"/>: it continues, is done, or found the model broken.</summary>
    public (DecodeSequence Sequence, bool GoesOn, ModelFaultException? Fault) this[int i] =>
        (_draws[i].Sequence, _draws[i].GoesOn, _draws[i].Fault);

    public void Clear() => Count = 0;

    /// <param name="output">Index in the batch that was decoded; several sequences may share one.</param>
    public void Add(DecodeSequence sequence, int output)
    {
        if (Count == _draws.Length) Array.Resize(ref _draws, Math.Max(16, 2 * Count));
        _draws[Count++] = (sequence, output, false, null);
    }

    /// <summary>
    /// Lets every sequence advance. What is drawn does not depend on the threads: each sequence has its own random numbers.
    /// </summary>
    public void Run(IDecodeContext context, ModelOutput output)
    {
        if (_samplers.Length == 1 || (long)Count * vocabularySize < Worthwhile)
        {
            for (var i = 0; i < Count; i++) Advance(i, _samplers[0], context, output);
            return;
        }

        Parallel.For(0, _samplers.Length, thread =>
        {
            for (var i = thread; i < Count; i += _samplers.Length) Advance(i, _samplers[thread], context, output);
        });
    }

    void Advance(int i, TokenSampler sampler, IDecodeContext context, ModelOutput kind)
    {
        ref var draw = ref _draws[i];
        ReadOnlySpan<float> values;
        // The runtime may sort its outputs when it is asked for the first.
        lock (_outputs) values = kind is ModelOutput.HiddenState ? context.Hidden(draw.Output) : context.Logits(draw.Output);
        try
        {
            draw.GoesOn = draw.Sequence.Advance(values, sampler);
        }
        catch (ModelFaultException e)
        {
            draw.Fault = e;
        }
    }
}
