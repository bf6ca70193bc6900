using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RebaseBatch.Inference.Llama;
using Xunit;

namespace RebaseBatch.Tests.Inference;

public sealed unsafe class HiddenStatesTests
{
    const int Width = 2, Vocabulary = 5;

    /// <summary>A tensor's handle is its place here.</summary>
    static readonly (bool IsState, float[] Numbers)[] s_tensors =
    [
        (true, [1, 2, 3, 4]), (false, [10, 11, 12, 13, 14, 20, 21, 22, 23, 24]),
        (true, [5, 6]), (false, [30, 31, 32, 33, 34]),
    ];

    readonly HiddenStates _states = new(
        new() { Name = &Name, Bytes = &Bytes, Read = &Read }, Width, Vocabulary);

    [Fact]
    public void A_state_is_found_by_its_logits_in_whatever_parts_and_order_they_came()
    {
        for (nint tensor = 0; tensor < s_tensors.Length; tensor++) Show(tensor);
        // The batch's order was the third, the first, the second.
        Assert.Equal([5, 6], _states[Find(3, 0, expected: 0)].ToArray());
        Assert.Equal([1, 2], _states[Find(1, 0, expected: 1)].ToArray());
        Assert.Equal([3, 4], _states[Find(1, 1, expected: 2)].ToArray());
    }

    [Fact]
    public void A_new_call_knows_no_state_of_the_one_before()
    {
        Show(0);
        Show(1);
        _states.Clear();
        Show(2);
        Show(3);
        Assert.Equal([5, 6], _states[Find(3, 0, expected: 0)].ToArray());
        Assert.Throws<InvalidOperationException>(() => Find(1, 0, expected: 0));
    }

    [Fact]
    public void Logits_without_their_state_are_refused()
    {
        Show(0);
        Show(1);
        Show(3);
        Assert.Contains("2 hidden states and 3 rows", Assert.Throws<InvalidOperationException>(() => Find(3, 0, expected: 0)).Message,
            StringComparison.Ordinal);
    }

    void Show(nint tensor)
    {
        var callback = (delegate* unmanaged[Cdecl]<nint, byte, nint, byte>)HiddenStates.Callback;
        Assert.Equal(1, callback(tensor, 1, _states.State));
        Assert.Equal(1, callback(tensor, 0, _states.State));
    }

    int Find(int tensor, int row, int expected)
    {
        fixed (float* logits = s_tensors[tensor].Numbers.AsSpan(row * Vocabulary)) return _states.Find(logits, expected);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static byte* Name(nint tensor) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(
        s_tensors[tensor].IsState ? "result_norm"u8 : "result_output"u8));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static nuint Bytes(nint tensor) => (nuint)s_tensors[tensor].Numbers.Length * sizeof(float);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Read(nint tensor, void* to, nuint offset, nuint bytes) =>
        MemoryMarshal.AsBytes(s_tensors[tensor].Numbers.AsSpan()).Slice((int)offset, (int)bytes).CopyTo(new(to, (int)bytes));
}
