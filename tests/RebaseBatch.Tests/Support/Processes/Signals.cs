using System.Runtime.InteropServices;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Tests.Support.Processes;

/// <summary>Signals that .NET's Process can't send. The two that stop and wake a process have other numbers on macOS.</summary>
static class Signals
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public static readonly int Stop = OperatingSystem.IsMacOS() ? 17 : 19;
    public static readonly int Continue = OperatingSystem.IsMacOS() ? 19 : 18;

    public static void Send(int process, int signal)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("Windows has no signals: skip this test there");
        if (LibC.Signal(process, signal) != 0)
            throw new InvalidOperationException($"signal {signal} to {process}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
