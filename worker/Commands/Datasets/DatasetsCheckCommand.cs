using System.CommandLine;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Datasets;

/// <summary><c>rebase datasets check FILE</c>: what a job would take of a dataset. It needs no database and no models.</summary>
static class DatasetsCheckCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "The dataset, as 'rebase jobs enqueue' takes it." };
        var limit = NumberOption.Count("--limit", "Check only the first N problems (default: all).");
        var skipInvalid = new Option<bool>("--skip-invalid") { Description = "Name bad lines, and call the dataset usable without them." };
        var noGold = new Option<bool>("--no-gold") { Description = "Call a dataset without any right answer usable." };
        var format = FormatOption.Create();
        var command = new DocumentedCommand("check", """
            Shows what a job would take of a dataset, and enqueues nothing.
            It counts problems, right answers and levels, names the fields that they come from and the questions that stand there twice, and
            shows three problems with the right answer as the grader reads it. Exit code 2 means that 'rebase jobs enqueue' would refuse it.
            Example: rebase datasets check test.jsonl
            """) { file, limit, skipInvalid, noGold, format };
        var fields = new DatasetFieldOptions();
        fields.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var rules = new DatasetRules(parsed.GetValue(skipInvalid), parsed.GetValue(noGold), parsed.GetValue(limit));
            var (path, shown) = (parsed.GetRequiredValue(file), DatasetFile.NameOf(parsed.GetRequiredValue(file)));
            var dataset = await DatasetFile.ReadAsync(context, path, ct, fields.Read(parsed));
            DatasetFile.WriteInvalidLines(context, shown, dataset.InvalidLines);
            if (rules.Limit is { } most)
                dataset = dataset with { Problems = [.. dataset.Problems.Take(most)], Lines = [.. dataset.Lines.Take(most)] };
            DatasetCheckWriter.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, DatasetCheck.Of(shown, dataset));

            if (dataset.InvalidLines.Count > 0 && !rules.SkipInvalid)
                throw new UserException(ExitCode.BadInput,
                    $"{dataset.InvalidLines.Count} lines of {shown} can't be used; correct them, or skip them with --skip-invalid");
            if (dataset.Problems.Count == 0) throw new UserException(ExitCode.BadInput, $"{shown} contains no problems");
            if (!rules.NoGold) DatasetFile.RequireGold(shown, dataset, dataset.Problems, rules);
        });
        return command;
    }
}
