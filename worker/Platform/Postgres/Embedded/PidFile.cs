using System.Globalization;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>What <c>postmaster.pid</c> says: its lines are fixed by PostgreSQL (src/include/utils/pidfile.h).</summary>
/// <param name="StartTime">Seconds since 1970.</param>
/// <param name="SocketFolder">"" where the server has no unix socket, or has not got that far.</param>
/// <param name="IsReady">Whether it has begun to serve, and not yet to stop.</param>
sealed record PidFile(int Process, long StartTime, int Port, string SocketFolder, bool IsReady)
{
    // No system numbers its processes as high.
    const string NoProcess = "2147483647";

    /// <summary>Null when there is no file, or none that can be read as one.</summary>
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
    /// Takes the process number out of a file whose server is gone, lest PostgreSQL takes an unrelated process of that number for the server.
    /// The file stays, for its shared memory key is how PostgreSQL finds out that orphans of the old server still write to the data.
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
