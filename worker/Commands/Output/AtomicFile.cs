using System.Text;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Commands.Output;

/// <summary>Writes a file that is either complete or not there: it gets its name after everything is written.</summary>
static class AtomicFile
{
    /// <summary>Writes UTF-8 and replaces an existing file. A write that fails leaves nothing behind.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    /// <exception cref="UserException">BadInput: the path is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write the file.</exception>
    public static Task WriteAsync(string path, Func<TextWriter, Task> write) => WriteBytesAsync(path, async file =>
    {
        await using var text = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        await write(text);
    });

    /// <summary>As <see cref="WriteAsync"/>. A device, a pipe or stdout is written as it stands and never replaced.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public static async Task WriteBytesAsync(string path, Func<Stream, Task> write)
    {
        if (Directory.Exists(path)) throw new UserException(ExitCode.BadInput, $"{path} is a folder: name a file in it");
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"there is no folder {folder} for the file {Path.GetFileName(path)}: make it first");
        if (SpecialFile.IsWrittenInPlace(path))
        {
            // A shell may have opened the file behind it to append to it: at its beginning the rows before would be lost.
            await using var there = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            await write(there);
            return;
        }

        // A link stays, and what it leads to is replaced.
        if (File.Exists(path)) path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
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
