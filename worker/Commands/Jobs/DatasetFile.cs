using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Jobs;

/// <summary>Reads a dataset for a command, from a path or an address, and says which of its lines are bad.</summary>
static class DatasetFile
{
    const int ShownInvalidLines = 20;

    /// <exception cref="UserException">There is no such file, it holds no problem, or it has bad lines that may not be skipped.</exception>
    public static async Task<IReadOnlyList<ProblemSpec>> ReadAsync(CommandContext context, string file, bool skipInvalid, CancellationToken ct)
    {
        var dataset = await ReadAsync(context, file, ct);
        var shown = MaskedUri.Of(file);
        var invalid = dataset.InvalidLines;
        foreach (var line in invalid.Take(ShownInvalidLines)) context.WriteStderr($"rebase: {shown}, line {line.Line}: {line.Reason}");
        if (invalid.Count > ShownInvalidLines) context.WriteStderr($"rebase: {shown}: {invalid.Count - ShownInvalidLines} more lines are bad");
        if (invalid.Count > 0 && !skipInvalid)
            throw new UserException(ExitCode.BadInput, $"nothing was enqueued, as {invalid.Count} of {shown}'s lines can't be used; mend them, or leave them out with --skip-invalid");
        if (dataset.Problems.Count == 0) throw new UserException(ExitCode.BadInput, $"{shown} holds no problem, so there is nothing to enqueue");
        return dataset.Problems;
    }

    /// <exception cref="UserException">There is no such file, or it can't be had.</exception>
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
