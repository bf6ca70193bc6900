using System.Text;

namespace RebaseBatch.Commands.Output;

/// <summary>A file that is there whole or not at all: it gets its name when everything is written.</summary>
static class AtomicFile
{
    /// <summary>Writes UTF-8; replaces a file of that name. Of a write that fails nothing is left.</summary>
    /// <exception cref="IOException">The folder is missing or full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static async Task WriteAsync(string path, Func<TextWriter, Task> write)
    {
        var temp = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            await using (var file = new FileStream(temp, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await using (var text = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, leaveOpen: true)) await write(text);
                file.Flush(flushToDisk: true);
            }
            File.Move(temp, path, overwrite: true);
        }
        catch
        {
            File.Delete(temp);
            throw;
        }
    }
}
