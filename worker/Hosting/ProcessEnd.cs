using System.Runtime.InteropServices;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Hosting;

/// <summary>Ends the process without waiting for anything.</summary>
static partial class ProcessEnd
{
    /// <summary>Exits at once with code 130. The next attempt samples again what was not checkpointed. The leases expire.</summary>
    public static void Interrupted()
    {
        Console.Error.WriteLine("rebase: stopped at once; work since the last checkpoint will be done again");
        // exit() runs the native libraries' destructors while threads still decode, and can hang or crash.
        if (!OperatingSystem.IsWindows()) ExitNow((int)ExitCode.Interrupted);
        Environment.Exit((int)ExitCode.Interrupted);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int status);
}
