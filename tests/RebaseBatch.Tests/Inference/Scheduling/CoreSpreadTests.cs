using System.Runtime.InteropServices;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Fast]
public sealed partial class CoreSpreadTests
{
    [Fact]
    public void Threads_that_meet_on_a_core_part_and_stay_free_to_move()
    {
        var (cores, allowed) = (new CoreSpread(), Cores());
        var first = OnThread(allowed[0], [allowed[0]], () => cores.Settle("first"));
        var (second, after) = OnThread(allowed[0], allowed, () => (cores.Settle("second"), Allowed()));
        Assert.Equal(allowed[0], first);
        Assert.NotEqual(first, second);
        Assert.Equal(allowed, after);
    }

    [Fact]
    public void A_thread_that_has_left_takes_no_core()
    {
        var (cores, allowed) = (new CoreSpread(), Cores());
        OnThread(allowed[0], [allowed[0]], () => cores.Settle("first"));
        OnThread(allowed[1], [allowed[1]], () => cores.Settle("second"));
        cores.Leave("second");
        Assert.NotEqual(allowed[0], OnThread(allowed[0], [allowed[0], allowed[1]], () => cores.Settle("third")));
    }

    [Theory]
    [InlineData(0, 0b1111, new[] { 0 }, 1)]
    [InlineData(3, 0b1111, new[] { 3 }, 0)]
    [InlineData(0, 0b1001, new[] { 0 }, 3)]
    [InlineData(1, 0b1111, new[] { 1, 2 }, 3)]
    [InlineData(0, 0b0001, new[] { 0 }, null)]
    [InlineData(0, 0b0011, new[] { 0, 1 }, null)]
    public void A_thread_moves_to_the_next_core_that_it_may_use_and_nobody_has(int core, ulong allowed, int[] taken, int? expected) =>
        Assert.Equal(expected, CoreSpread.NextFree(core, [allowed], taken));

    /// <summary>Runs on a thread that is on a core and may use some cores.</summary>
    static T OnThread<T>(int core, int[] allowed, Func<T> run)
    {
        T? result = default;
        var thread = new Thread(() =>
        {
            Allow([core]);
            Allow(allowed);
            result = run();
        });
        thread.Start();
        thread.Join();
        return result!;
    }

    static int[] Cores()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "it needs Linux and two cores");
        return Allowed();
    }

    static int[] Allowed()
    {
        var mask = new ulong[16];
        Assert.Equal(0, GetAffinity(0, 128, ref mask[0]));
        return [.. Enumerable.Range(0, 1024).Where(core => (mask[core / 64] >> (core % 64) & 1) != 0)];
    }

    static void Allow(int[] cores)
    {
        var mask = new ulong[16];
        foreach (var core in cores) mask[core / 64] |= 1UL << (core % 64);
        Assert.Equal(0, SetAffinity(0, 128, ref mask[0]));
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int pid, nuint bytes, ref ulong mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int pid, nuint bytes, ref ulong mask);
}
