using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Results;

/// <summary>Tries a folder before work depends on it.</summary>
static class WritableFolder
{
    /// <summary>Creates the folder when it is not there, and a file in it.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="UserException">NoPermission: this user can't write there.</exception>
    public static string Ensure(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".rebase-probe-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return folder;
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw new UserException(ExitCode.NoPermission, $"the folder {folder} can't be written: {fault.Message}", fault);
        }
    }
}
