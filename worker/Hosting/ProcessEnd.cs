using System.Runtime.InteropServices;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Hosting;

/// <summary>Ends the process without waiting for anything.</summary>
static partial class ProcessEnd
{
    /// <summary>Exit code 130, at once. What was not checkpointed is sampled again by the next attempt; leases run out by themselves.</summary>
    public static void Interrupted()
    {
        Console.Error.WriteLine("rebase: stopped at once; what was not checkpointed will be done again");
        // exit() runs the native libraries' destructors under threads that still decode, and may hang or crash there.
        if (!OperatingSystem.IsWindows()) ExitNow((int)ExitCode.Interrupted);
        Environment.Exit((int)ExitCode.Interrupted);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int status);
}
