using System.Runtime.InteropServices;
using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference;

public sealed class ManyContextsTests
{
    const int Contexts = 8, Rounds = 30;

    [Fact]
    public async Task Eight_contexts_of_two_models_decode_at_once_and_compute_what_they_compute_alone()
    {
        ILanguageModel ModelOf(int context) => context % 2 == 0 ? Models.PolicyM : Models.Reward;
        var alone = Enumerable.Range(0, Contexts).Select(context => Decode(ModelOf(context), context, () => { })).ToList();

        // Each waits for the others, so that all eight are between their first call and their last at the same time.
        using var start = new Barrier(Contexts);
        var together = await Task.WhenAll(Enumerable.Range(0, Contexts).Select(context => Task.Factory.StartNew(
            () => Decode(ModelOf(context), context, start.SignalAndWait), default, TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        for (var context = 0; context < Contexts; context++) Assert.Equal(alone[context], together[context]);
    }

    [Fact]
    public void A_decode_call_allocates_nothing()
    {
        using var context = Models.PolicyM.CreateContext(new() { Cells = 512, MaxSequences = 4, BatchTokens = 8, Threads = 1 });
        var batch = new DecodeBatch(8);
        Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 100; call++) Once();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Once()
        {
            batch.Clear();
            for (var i = 0; i < 4; i++) batch.Add(5 + i, i, 0, i == 3);
            if (context.Decode(batch) is not DecodeStatus.Ok || context.Logits(3).IsEmpty) throw new InvalidOperationException("no logits");
            context.Fork(0, 1, 2);
            context.Truncate(1, 0);
            context.Truncate(0, 0);
        }
    }

    /// <summary>The bits of all logits of a context that grows, forks and is cut back.</summary>
    static int[] Decode(ILanguageModel model, int seed, Action started)
    {
        using var context = model.CreateContext(new() { Cells = 512, MaxSequences = 4, BatchTokens = 8, Threads = 1 });
        started();
        var bits = new List<int>();
        var batch = new DecodeBatch(8);
        for (var round = 0; round < Rounds; round++)
        {
            batch.Clear();
            for (var i = 0; i < 4; i++) batch.Add(5 + (seed * 31 + round * 7 + i) % 200, context.Length(0) + i, 0, i == 3);
            Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
            bits.AddRange(MemoryMarshal.Cast<float, int>(context.Logits(3)));
            context.Fork(0, 1, context.Length(0) / 2);
            context.Truncate(1, 0);
            if (round % 5 == 4) context.Truncate(0, context.Length(0) - 6);
        }

        return [.. bits];
    }
}
