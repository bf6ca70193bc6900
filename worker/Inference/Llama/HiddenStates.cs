using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// Takes hidden states out of a decode call while it runs. llama.cpp's own way to them (<c>embeddings</c>) makes every token of a batch an
/// output, so that the logits of every token are computed: with a vocabulary of 152,000 they are 15 % of the weights that a 1.5B model
/// reads. Here only the wanted tokens are outputs, and llama.cpp shows the state that their logits are computed from.
/// </summary>
sealed unsafe class HiddenStates
{
    readonly TensorExports _calls;
    readonly int _width, _vocabularySize;
    // Weak, so that it lives as long as its context: the context keeps it during each decode call, and nobody has to free it.
    readonly WeakGCHandle<HiddenStates> _self;
    float[] _states = [];
    UInt128[] _marks = [];
    int _count, _marked;

    /// <param name="width">Numbers of a state.</param>
    /// <param name="vocabularySize">Logits of a token, at least four.</param>
    public HiddenStates(TensorExports calls, int width, int vocabularySize)
    {
        (_calls, _width, _vocabularySize) = (calls, width, vocabularySize);
        _self = new(this);
    }

    ~HiddenStates() => _self.Dispose();

    /// <summary>The callback of a context's parameters (<c>cb_eval</c>).</summary>
    public static nint Callback => (nint)(delegate* unmanaged[Cdecl]<nint, byte, nint, byte>)&OnNode;

    /// <summary>What the callback gets (<c>cb_eval_user_data</c>).</summary>
    public nint State => WeakGCHandle<HiddenStates>.ToIntPtr(_self);

    /// <param name="number">Number of a state in the last call.</param>
    public ReadOnlySpan<float> this[int number] => _states.AsSpan(number * _width, _width);

    /// <summary>A call begins.</summary>
    public void Clear() => (_count, _marked) = (0, 0);

    /// <summary>
    /// Number of the state that these logits were computed from. llama.cpp may decode a batch in parts and in another order, so a state is
    /// known by the first four of its logits. Where two tokens have the same four, their states are the same.
    /// </summary>
    /// <param name="logits">Those of one token of the last call.</param>
    /// <param name="expected">The number that it has where the order is the batch's.</param>
    /// <exception cref="InvalidOperationException">llama.cpp has shown no such state.</exception>
    public int Find(float* logits, int expected)
    {
        var mark = *(UInt128*)logits;
        var found = _count != _marked ? -1
            : expected < _marked && _marks[expected] == mark ? expected : Array.IndexOf(_marks, mark, 0, _marked);
        return found >= 0
            ? found : throw new InvalidOperationException($"llama.cpp showed {_count} hidden states and {_marked} rows of logits");
    }

    void TakeStates(nint tensor)
    {
        var bytes = _calls.Bytes(tensor);
        var states = (int)bytes / (_width * sizeof(float));
        if (states == 0) return;
        if (_states.Length < (_count + states) * _width) Array.Resize(ref _states, (_count + states) * _width);
        fixed (float* to = _states) _calls.Read(tensor, to + _count * _width, 0, bytes);
        _count += states;
    }

    void TakeMarks(nint tensor)
    {
        var row = (nuint)_vocabularySize * sizeof(float);
        var rows = (int)(_calls.Bytes(tensor) / row);
        if (_marks.Length < _marked + rows) Array.Resize(ref _marks, _marked + rows);
        fixed (UInt128* to = _marks)
            for (var i = 0; i < rows; i++) _calls.Read(tensor, to + _marked++, (nuint)i * row, (nuint)sizeof(UInt128));
    }

    /// <summary>
    /// llama.cpp asks for each node of its graph whether it is wanted, and comes again when a wanted one is computed. The answer 0 would
    /// end the call there.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static byte OnNode(nint tensor, byte asks, nint state)
    {
        // An exception must not cross into native code. A state that is missing is noticed after the call.
        try
        {
            if (!WeakGCHandle<HiddenStates>.FromIntPtr(state).TryGetTarget(out var states)) return 1;
            // Every model of llama.cpp names its last normalized state and its logits so.
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(states._calls.Name(tensor));
            var (isState, isLogits) = (name.SequenceEqual("result_norm"u8), name.SequenceEqual("result_output"u8));
            if (asks != 0) return isState || isLogits ? (byte)1 : (byte)0;
            if (isState) states.TakeStates(tensor);
            if (isLogits) states.TakeMarks(tensor);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }

        return 1;
    }
}
