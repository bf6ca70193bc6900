using System.Runtime.InteropServices;

namespace RebaseBatch.Tests.Support;

/// <summary>Signals that .NET's Process can't send; numbers as on Linux.</summary>
static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(int process, int signal)
    {
        if (Kill_(process, signal) != 0) throw new InvalidOperationException($"signal {signal} to {process}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill_(int process, int signal);
}
