using System.Text;

namespace RebaseBatch.Commands.Output;

/// <summary>Writes a file that is either complete or not there: it gets its name after everything is written.</summary>
static class AtomicFile
{
    /// <summary>Writes UTF-8 and replaces an existing file. A write that fails leaves nothing behind.</summary>
    /// <exception cref="IOException">The folder is missing or full.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write the file.</exception>
    public static Task WriteAsync(string path, Func<TextWriter, Task> write) => WriteBytesAsync(path, async file =>
    {
        await using var text = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        await write(text);
    });

    /// <inheritdoc cref="WriteAsync"/>
    public static async Task WriteBytesAsync(string path, Func<Stream, Task> write)
    {
        var temp = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            await using (var file = new FileStream(temp, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await write(file);
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
