using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// Keeps threads that decode at the same time on different cores. The kernel often wakes a decode thread on a core where another one
/// decodes, and corrects that only after milliseconds: on two cores, calls waited for 15 to 25 % of their time while one core was idle in
/// every sixth second. A thread is moved only when that happens, and stays free to be moved by the kernel afterwards. On systems other than
/// Linux nothing is done.
/// </summary>
sealed partial class CoreSpread
{
    /// <summary>Most cores that are told apart, as many as in the C library's own mask.</summary>
    const int MostCores = 1024;

    readonly Lock _gate = new();
    readonly Dictionary<object, int> _coreOf = [];

    /// <summary>Moves the calling thread to another core if one of the others was last seen on its core.</summary>
    /// <param name="holder">What stands for the thread until <see cref="Leave"/>.</param>
    /// <returns>The core on which the thread runs now; -1 where cores are not known.</returns>
    public int Settle(object holder)
    {
        if (!OperatingSystem.IsLinux()) return -1;
        lock (_gate)
        {
            var core = GetCore();
            foreach (var (other, taken) in _coreOf)
            {
                if (taken != core || other == holder) continue;
                core = Move(core);
                break;
            }

            _coreOf[holder] = core;
            return core;
        }
    }

    /// <summary>Says that the holder's thread decodes no more.</summary>
    public void Leave(object holder)
    {
        lock (_gate) _coreOf.Remove(holder);
    }

    /// <returns>The core on which the thread runs now.</returns>
    int Move(int core)
    {
        Span<ulong> allowed = stackalloc ulong[MostCores / 64], target = stackalloc ulong[MostCores / 64];
        var bytes = (nuint)(MostCores / 8);
        // A machine with more cores than the mask has answers with an error: its threads stay where they are.
        if (GetAffinity(0, bytes, ref allowed[0]) != 0 || NextFree(core, allowed, _coreOf.Values) is not { } free) return core;
        target[free / 64] = 1UL << (free % 64);
        if (SetAffinity(0, bytes, ref target[0]) != 0) return core;
        _ = SetAffinity(0, bytes, ref allowed[0]);
        return free;
    }

    /// <summary>The next core after this one that the thread may use and that is not taken; null when there is none.</summary>
    /// <param name="allowed">One bit for each core.</param>
    public static int? NextFree(int core, ReadOnlySpan<ulong> allowed, IReadOnlyCollection<int> taken)
    {
        var cores = 64 * allowed.Length;
        for (var step = 1; step < cores; step++)
        {
            var next = (core + step) % cores;
            if ((allowed[next / 64] >> (next % 64) & 1) != 0 && !taken.Contains(next)) return next;
        }

        return null;
    }

    // Of the calling thread, as pid 0 says. sched_setaffinity returns when the thread runs on an allowed core.
    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int GetCore();

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int pid, nuint bytes, ref ulong mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int pid, nuint bytes, ref ulong mask);
}
