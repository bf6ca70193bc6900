namespace RebaseBatch.Platform.Files;

/// <summary>The folders that are used when the configuration names none.</summary>
static class DefaultFolders
{
    const string Name = "rebasebatch";

    /// <summary>
    /// The data folder: <c>/var/lib/rebasebatch</c> as root, else <c>rebasebatch</c> in $XDG_DATA_HOME or
    /// <c>~/.local/share</c>; in the local application data on Windows.
    /// </summary>
    /// <returns>Null: this user has no home folder, as a service often has none.</returns>
    public static string? Data(IReadOnlyDictionary<string, string> variables)
    {
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name);
        if (Environment.IsPrivilegedProcess) return $"/var/lib/{Name}";
        // The XDG specification: a relative path in the variable counts as unset.
        if (variables.GetValueOrDefault("XDG_DATA_HOME") is { } data && Path.IsPathRooted(data)) return Path.Combine(data, Name);
        string?[] homes = [variables.GetValueOrDefault("HOME"), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];
        return homes.FirstOrDefault(Path.IsPathRooted) is { } home ? Path.Combine(home, ".local/share", Name) : null;
    }
}
