using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Results;

/// <summary>Tries to write into a folder before any work depends on it.</summary>
static class WritableFolder
{
    /// <summary>Creates the folder if it is missing, and creates and deletes a file in it.</summary>
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
