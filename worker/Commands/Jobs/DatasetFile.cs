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
    const string Kind = "dataset file";

    // 4 GiB. A program that never ends, as yes(1), would otherwise fill the disk.
    const long MostOfStdin = 4L << 30;

    /// <exception cref="UserException">
    /// NotFound: the file can't be found or downloaded. BadInput: it contains no problems, or it has bad lines or no right answer and the
    /// rules don't forgive that.
    /// </exception>
    public static async Task<IReadOnlyList<ProblemSpec>> ReadAsync(
        CommandContext context, string file, DatasetRules rules, CancellationToken ct)
    {
        var dataset = await ReadAsync(context, file, ct, rules.Fields);
        var shown = NameOf(file);
        var invalid = dataset.InvalidLines;
        WriteInvalidLines(context, shown, invalid);
        if (invalid.Count > 0 && !rules.SkipInvalid)
            throw new UserException(ExitCode.BadInput,
                $"nothing was enqueued, because {invalid.Count} lines of {shown} can't be used; correct them, or skip them with "
                    + "--skip-invalid");
        if (dataset.Problems.Count == 0)
            throw new UserException(ExitCode.BadInput, $"{shown} contains no problems, so there is nothing to enqueue");
        return Taken(context, file, dataset, rules);
    }

    /// <summary>Says on stderr what the dataset has, and takes its problems.</summary>
    /// <exception cref="UserException">BadInput: none of the problems has a right answer, and the rules ask for one.</exception>
    public static IReadOnlyList<ProblemSpec> Taken(CommandContext context, string file, Dataset dataset, DatasetRules rules)
    {
        var shown = NameOf(file);
        foreach (var sentence in SummaryText.Of(dataset.Summary)) context.WriteStderr($"{shown}: {sentence}");
        IReadOnlyList<ProblemSpec> taken = rules.Limit is { } most ? [.. dataset.Problems.Take(most)] : dataset.Problems;
        if (!rules.NoGold) RequireGold(shown, dataset, taken, rules);
        return taken;
    }

    /// <exception cref="UserException">BadInput: none of the problems has a right answer.</exception>
    public static void RequireGold(string shown, Dataset dataset, IReadOnlyList<ProblemSpec> taken, DatasetRules rules)
    {
        if (taken.Any(problem => problem.GoldAnswer is not null)) return;
        var which = taken.Count < dataset.Summary.Problems
            ? $"none of the first {taken.Count} problems of {shown}"
            : $"no problem of {shown}";
        throw new UserException(ExitCode.BadInput,
            $"{which} has a right answer, so no answer could be graded; the lines have the fields {SummaryText.Fields(dataset.Summary)}: "
                + "name the one with the right answer with --answer-field, or solve the problems without grading with "
                + rules.NoGoldWay);
    }

    /// <summary>Names the first bad lines on stderr, with their reasons.</summary>
    public static void WriteInvalidLines(CommandContext context, string shown, IReadOnlyList<InvalidLine> invalid)
    {
        foreach (var line in invalid.Take(ShownInvalidLines)) context.WriteStderr($"rebase: {shown}, line {line.Line}: {line.Reason}");
        if (invalid.Count > ShownInvalidLines)
            context.WriteStderr($"rebase: {shown}: {invalid.Count - ShownInvalidLines} more lines are bad");
    }

    /// <summary>The dataset as people read it: without the secrets of an address.</summary>
    public static string NameOf(string file) => file == InputText.Stdin ? InputText.StdinName : MaskedUri.Of(file);

    /// <param name="file">A path, an address, or <see cref="InputText.Stdin"/>.</param>
    /// <param name="named">The fields that the user names; null for none.</param>
    /// <exception cref="UserException">
    /// NotFound: the file can't be found or downloaded. BadInput: it is no file, or it has no field that the user names.
    /// </exception>
    public static async Task<Dataset> ReadAsync(CommandContext context, string file, CancellationToken ct, DatasetFields? named = null)
    {
        try
        {
            if (RemoteUri.Is(file)) return await FetchAsync(context, RemoteUri.Parse(file), named, ct);
            if (ForeignAddress.WayOut(file) is { } wayOut) throw new UserException(ExitCode.BadInput, wayOut);
            if (file == InputText.Stdin) return await ReadStdinAsync(context, named, ct);
            var path = InputText.PathOf(context, file, Kind);
            await using var stream = File.OpenRead(path);
            return await DatasetReader.ReadAsync(stream, Path.GetFileName(path), ct, named: named);
        }
        catch (UnknownFieldException e)
        {
            throw new UserException(ExitCode.BadInput, $"{NameOf(file)}: {e.Message}", e);
        }
    }

    /// <summary>First into a file that is deleted at the end: Parquet is read from its end.</summary>
    static async Task<Dataset> ReadStdinAsync(CommandContext context, DatasetFields? named, CancellationToken ct)
    {
        await using var input = InputText.OpenStdin(context, "dataset");
        await using var part = PartFile.Temporary();
        var (buffer, left) = (new byte[128 * 1024], MostOfStdin);
        while (await input.ReadAsync(buffer, ct) is > 0 and var read)
        {
            if ((left -= read) < 0)
                throw new UserException(ExitCode.BadInput,
                    $"stdin has more than {HumanText.Of(MostOfStdin >> 20)} MB: write the dataset to a file, and name that");
            await part.AppendAsync(buffer.AsMemory(0, read), ct);
        }

        return await DatasetReader.ReadAsync(part.FromStart(), InputText.StdinName, ct, named: named);
    }

    static async Task<Dataset> FetchAsync(CommandContext context, RemoteUri uri, DatasetFields? named, CancellationToken ct)
    {
        try
        {
            return await new RemoteDatasets(context.RemoteFiles).ReadAsync(uri, LineRange.All, ct, named);
        }
        catch (RemoteFaultException e)
        {
            throw new UserException(ExitCode.NotFound, e.Message, e);
        }
    }
}
