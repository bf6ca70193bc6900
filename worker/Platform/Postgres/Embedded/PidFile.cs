using System.Globalization;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>The content of <c>postmaster.pid</c>. PostgreSQL defines its lines (src/include/utils/pidfile.h).</summary>
/// <param name="StartTime">Seconds since 1970.</param>
/// <param name="SocketFolder">"" when the server has no unix socket, or has not opened it yet.</param>
/// <param name="IsReady">Whether the server accepts connections and is not stopping.</param>
sealed record PidFile(int Process, long StartTime, int Port, string SocketFolder, bool IsReady)
{
    // No system has process numbers this high.
    const string NoProcess = "2147483647";

    /// <summary>Null when there is no file, or when it can't be read as one.</summary>
    public static PidFile? Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        string Line(int no) => lines.Length > no ? lines[no].Trim() : "";
        if (!int.TryParse(Line(0), CultureInfo.InvariantCulture, out var process)) return null;
        _ = long.TryParse(Line(2), CultureInfo.InvariantCulture, out var startTime);
        _ = int.TryParse(Line(3), CultureInfo.InvariantCulture, out var port);
        return new(process, startTime, port, Line(4), Line(7) == "ready");
    }

    /// <summary>
    /// Removes the process number from a file whose server is gone: otherwise PostgreSQL could mistake an unrelated process of that number
    /// for the server. The file itself stays, because PostgreSQL uses its shared memory key to find orphans of the old server that still
    /// write.
    /// </summary>
    public static void Disown(string path, PostgresAccount account)
    {
        string[] lines = [NoProcess, .. File.ReadAllLines(path).Skip(1)];
        var fresh = path + ".new";
        File.Delete(fresh);
        using (var file = new StreamWriter(new FileStream(fresh, FileMode.CreateNew)))
        {
            foreach (var line in lines) file.Write(line + "\n");
        }

        account.Own(fresh);
        File.Move(fresh, path, overwrite: true);
    }
}
