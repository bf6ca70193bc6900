using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RebaseBatch.Inference.Llama;
using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>Contexts whose decode call goes to this class, which holds it until the test lets it go.</summary>
public sealed class ContextGateTests : IDisposable
{
    static readonly ModelFacts s_facts = new("scripted", 1, 1, 100, 512, 16, 16, 16);
    static readonly DecodeContextOptions s_options = new() { Cells = 256, BatchTokens = 8, MaxSequences = 1 };
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    static SemaphoreSlim s_entered = null!, s_leave = null!;
    static int s_inside;

    readonly ContextGate _gpu = ContextGate.Of(new(-1))!;

    public ContextGateTests() => (s_entered, s_leave, s_inside) = (new(0), new(0), 0);

    public void Dispose()
    {
        s_entered.Dispose();
        s_leave.Dispose();
    }

    [Fact]
    public async Task On_a_GPU_contexts_decode_side_by_side_and_are_created_and_freed_alone()
    {
        var third = new Handle();
        using (var first = Context(new Handle(), _gpu))
        using (var second = Context(new Handle(), _gpu))
        {
            var decodes = new[] { Decode(first), Decode(second) };
            // Both are inside: the gate does not make one of them wait.
            var both = await s_entered.WaitAsync(s_patience) && await s_entered.WaitAsync(s_patience);
            if (!both) s_leave.Release(2);
            Assert.True(both);

            var freed = Task.Run(Context(third, _gpu).Dispose);
            var created = Task.Run(() => _gpu.Alone(() => s_inside));
            await Eventually.TrueAsync(() => _gpu.Waiting == 2 || freed.IsCompleted || created.IsCompleted);
            s_leave.Release(2);
            await Task.WhenAll([.. decodes, freed]);
            Assert.Equal((0, 0), (third.InsideWhenFreed, await created));
        }
    }

    [Fact]
    public async Task On_a_CPU_nothing_waits()
    {
        Assert.Null(ContextGate.Of(GpuPlacement.Cpu));
        var other = new Handle();
        using var context = Context(new Handle(), gate: null);
        var decode = Decode(context);
        Assert.True(await s_entered.WaitAsync(s_patience));
        Context(other, gate: null).Dispose();
        Assert.Equal(1, other.InsideWhenFreed);
        s_leave.Release();
        await decode;
    }

    [Fact]
    public async Task A_context_that_is_disposed_within_its_call_is_freed_after_it()
    {
        var handle = new Handle();
        var context = Context(handle, gate: null);
        var decode = Decode(context);
        Assert.True(await s_entered.WaitAsync(s_patience));
        context.Dispose();
        Assert.Null(handle.InsideWhenFreed);
        s_leave.Release();
        Assert.Equal(DecodeStatus.Ok, await decode);
        Assert.Equal(0, handle.InsideWhenFreed);
    }

    static unsafe LlamaContext Context(Handle handle, ContextGate? gate) => new(handle, new()
    {
        Decode = &Hold, Memory = &Same, Logits = null, CopySequence = null, RemoveSequence = null,
        SetThreads = null, StateBytes = null, SaveState = null, LoadState = null,
    }, s_facts, s_options, s_options.Cells, gate);

    static Task<DecodeStatus> Decode(LlamaContext context)
    {
        var batch = new DecodeBatch(1);
        batch.Add(5, 0, 0, true);
        return Task.Factory.StartNew(() => context.Decode(batch), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Hold(nint context, LlamaBatch batch)
    {
        Interlocked.Increment(ref s_inside);
        s_entered.Release();
        s_leave.Wait();
        Interlocked.Decrement(ref s_inside);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static nint Same(nint context) => context;

    sealed class Handle : SafeHandle
    {
        public Handle() : base(0, ownsHandle: true) => SetHandle(1);

        /// <summary>How many decode calls ran when it was freed; null as long as it is not.</summary>
        public int? InsideWhenFreed { get; private set; }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            InsideWhenFreed = s_inside;
            return true;
        }
    }
}
