using RebaseBatch.Commands.Output;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Results;

/// <summary>Where an export goes: to a file, which appears only when it is complete, or to stdout.</summary>
/// <param name="file">As the user names it; null for stdout.</param>
sealed class ExportOutput(ProcessEnvironment environment, string? file)
{
    readonly string? _path = file is null ? null : Path.GetFullPath(file, environment.Folder);

    Stream? _stdout;

    /// <summary>The folder that files go to.</summary>
    /// <exception cref="UserException">BadInput: none is named.</exception>
    public string Folder => _path ?? throw new UserException(ExitCode.BadInput,
        "this format is a file or more for each job: name a folder with -o FOLDER");

    public Task TextAsync(Func<TextWriter, Task> write) =>
        _path is null ? write(environment.Out) : AtomicFile.WriteAsync(_path, write);

    /// <inheritdoc cref="EnsureBytes"/>
    public async Task BytesAsync(Func<Stream, Task> write)
    {
        EnsureBytes();
        if (_path is not null) await AtomicFile.WriteBytesAsync(_path, write);
        else await using (_stdout) await write(_stdout!);
    }

    /// <exception cref="UserException">BadInput: stdout is a terminal, and no file is named.</exception>
    public void EnsureBytes()
    {
        if (_path is null) _stdout ??= environment.OpenOutput() ?? throw Terminal();
    }

    static UserException Terminal() => new(ExitCode.BadInput,
        "a Parquet file is bytes and no text for a terminal: name a file with -o FILE, or send it on with '>' or '|'");
}
