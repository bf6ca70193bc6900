using RebaseBatch.Contracts;
using RebaseBatch.Datasets;
using RebaseBatch.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary>Reads a dataset for a command, and says which of its lines are bad.</summary>
static class DatasetFile
{
    const int ShownInvalidLines = 20;

    /// <exception cref="UserException">There is no such file, it holds no problem, or it has bad lines that may not be skipped.</exception>
    public static async Task<IReadOnlyList<ProblemSpec>> ReadAsync(CommandContext context, string file, bool skipInvalid, CancellationToken ct)
    {
        var path = Path.GetFullPath(file, context.Surroundings.Folder);
        if (!File.Exists(path)) throw new UserException(ExitCode.NotFound, $"there is no dataset file {path}");
        await using var stream = File.OpenRead(path);
        var dataset = await DatasetReader.ReadAsync(stream, Path.GetFileName(path), ct);

        var invalid = dataset.InvalidLines;
        foreach (var line in invalid.Take(ShownInvalidLines)) context.Say($"rebase: {file}, line {line.Line}: {line.Reason}");
        if (invalid.Count > ShownInvalidLines) context.Say($"rebase: {file}: {invalid.Count - ShownInvalidLines} more lines are bad");
        if (invalid.Count > 0 && !skipInvalid)
            throw new UserException(ExitCode.BadInput, $"nothing was enqueued, as {invalid.Count} of {file}'s lines can't be used; mend them, or leave them out with --skip-invalid");
        if (dataset.Problems.Count == 0) throw new UserException(ExitCode.BadInput, $"{file} holds no problem, so there is nothing to enqueue");
        return dataset.Problems;
    }
}
