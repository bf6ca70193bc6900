namespace RebaseBatch.Platform.Files;

/// <summary>The folders that are used when the configuration names none.</summary>
static class DefaultFolders
{
    const string Name = "rebasebatch";

    /// <summary>
    /// The data folder: <c>/var/lib/rebasebatch</c> as root, else <c>rebasebatch</c> in $XDG_DATA_HOME or
    /// <c>~/.local/share</c>; in the local application data on Windows.
    /// </summary>
    public static string Data(IReadOnlyDictionary<string, string> variables)
    {
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name);
        if (Environment.IsPrivilegedProcess) return $"/var/lib/{Name}";
        // The XDG specification: a relative path in the variable counts as unset.
        if (variables.GetValueOrDefault("XDG_DATA_HOME") is { } data && Path.IsPathRooted(data)) return Path.Combine(data, Name);
        return Path.Combine(variables.GetValueOrDefault("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ".local/share", Name);
    }
}
