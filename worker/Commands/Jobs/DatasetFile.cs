using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Jobs;

/// <summary>Reads a dataset for a command, from a path or an address, and reports its bad lines.</summary>
static class DatasetFile
{
    const int ShownInvalidLines = 20;

    /// <exception cref="UserException">
    /// NotFound: the file can't be found or downloaded. BadInput: it contains no problems, or it has bad lines and
    /// <paramref name="skipInvalid"/> is false.
    /// </exception>
    public static async Task<IReadOnlyList<ProblemSpec>> ReadAsync(
        CommandContext context, string file, bool skipInvalid, CancellationToken ct)
    {
        var dataset = await ReadAsync(context, file, ct);
        var shown = MaskedUri.Of(file);
        var invalid = dataset.InvalidLines;
        foreach (var line in invalid.Take(ShownInvalidLines)) context.WriteStderr($"rebase: {shown}, line {line.Line}: {line.Reason}");
        if (invalid.Count > ShownInvalidLines)
            context.WriteStderr($"rebase: {shown}: {invalid.Count - ShownInvalidLines} more lines are bad");
        if (invalid.Count > 0 && !skipInvalid)
            throw new UserException(ExitCode.BadInput,
                $"nothing was enqueued, because {invalid.Count} lines of {shown} can't be used; correct them, or skip them with "
                    + "--skip-invalid");
        if (dataset.Problems.Count == 0)
            throw new UserException(ExitCode.BadInput, $"{shown} contains no problems, so there is nothing to enqueue");
        return dataset.Problems;
    }

    /// <exception cref="UserException">NotFound: the file can't be found or downloaded.</exception>
    public static async Task<Dataset> ReadAsync(CommandContext context, string file, CancellationToken ct)
    {
        if (RemoteUri.Is(file)) return await FetchAsync(context, RemoteUri.Parse(file), ct);
        var path = Path.GetFullPath(file, context.Environment.Folder);
        if (!File.Exists(path)) throw new UserException(ExitCode.NotFound, $"there is no dataset file {path}");
        await using var stream = File.OpenRead(path);
        return await DatasetReader.ReadAsync(stream, Path.GetFileName(path), ct);
    }

    static async Task<Dataset> FetchAsync(CommandContext context, RemoteUri uri, CancellationToken ct)
    {
        try
        {
            return await new RemoteDatasets(context.RemoteFiles).ReadAsync(uri, LineRange.All, ct);
        }
        catch (RemoteFaultException e)
        {
            throw new UserException(ExitCode.NotFound, e.Message, e);
        }
    }
}
