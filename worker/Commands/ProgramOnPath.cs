namespace RebaseBatch.Commands;

/// <summary>Finds programs of others as a shell does.</summary>
static class ProgramOnPath
{
    /// <param name="variables">The environment with PATH.</param>
    /// <returns>The program's file; null if there is none.</returns>
    public static string? Find(string name, IReadOnlyDictionary<string, string> variables) =>
        (variables.GetValueOrDefault("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name))
            .FirstOrDefault(IsProgram);

    static bool IsProgram(string file) => File.Exists(file) && (OperatingSystem.IsWindows()
        || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
