using System.ComponentModel;
using System.Diagnostics;

namespace RebaseBatch.Commands.Answers;

/// <summary>Opens a page in the user's browser.</summary>
static class PageOpener
{
    /// <param name="variables">The environment with PATH, and with the display.</param>
    /// <returns>False: there is no browser here, for example in a session over the network.</returns>
    public static bool Open(string path, IReadOnlyDictionary<string, string> variables)
    {
        try
        {
            using var process = Start(path, variables);
            return process is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    static Process? Start(string path, IReadOnlyDictionary<string, string> variables)
    {
        if (OperatingSystem.IsWindows()) return Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
        if (!OperatingSystem.IsMacOS() && !variables.ContainsKey("DISPLAY") && !variables.ContainsKey("WAYLAND_DISPLAY")) return null;
        var opener = ProgramOnPath.Find(OperatingSystem.IsMacOS() ? "open" : "xdg-open", variables);
        return opener is null ? null : Process.Start(new ProcessStartInfo(opener, [path]));
    }
}
