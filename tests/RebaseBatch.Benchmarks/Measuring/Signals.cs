using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Benchmarks.Measuring;

/// <summary>Signals that .NET's Process can't send. The two that stop and wake a process have other numbers on macOS.</summary>
static class Signals
{
    public const int Terminate = 15;

    public static readonly int Stop = OperatingSystem.IsMacOS() ? 17 : 19, Continue = OperatingSystem.IsMacOS() ? 19 : 18;

    public static void Send(int process, int signal)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("Windows has no signals");
        if (LibC.Signal(process, signal) != 0)
            throw new InvalidOperationException($"signal {signal} could not be sent to process {process}");
    }
}
