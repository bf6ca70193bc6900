using System.CommandLine;
using RebaseBatch.Evaluation.Exports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Results;

/// <summary>The options of <c>results export</c> that only some formats take.</summary>
sealed class ToolOptions
{
    readonly Option<string> _model = Text("--model-id", "OWNER/MODEL", "eee: the policy's name there (default: as in the job).");
    readonly Option<string> _organization = Text("--organization", "NAME", "eee: who ran the evaluation (default: unknown).");

    readonly Option<EvaluatorRelationship?> _relationship = EnumOption.Create<EvaluatorRelationship>(
        "--relationship", "eee: of them to the model (default: other).");

    readonly Option<string> _dataset = Text("--hub-dataset", "OWNER/DATASET", "eee, hf: the dataset's id on the Hugging Face Hub.");
    readonly Option<string> _task = Text("--hub-task", "TASK", "hf: the benchmark's task, as the dataset's eval.yaml names it.");
    readonly Option<string> _source = Text("--source-url", "URL", "hf: where the results can be looked up.");
    readonly Option<bool> _percent = new("--percent") { Description = "hf: write 83.5 and not 0.835, if the benchmark has percentages." };

    public IEnumerable<Option> All => [_model, _organization, _relationship, _dataset, _task, _source, _percent];

    /// <exception cref="UserException">BadInput: an option is given that the format has no place for.</exception>
    public void Check(ParseResult parsed, ExportFormat format, Option<ExportView?> view)
    {
        Option[] taken = format switch
        {
            ExportFormat.EveryEvalEver => [_model, _organization, _relationship, _dataset],
            ExportFormat.Hub => [_dataset, _task, _source, _percent],
            ExportFormat.Inspect => [],
            _ => [view],
        };
        foreach (var option in All.Append(view).Except(taken))
        {
            if (parsed.GetResult(option) is not { Implicit: false }) continue;
            throw new UserException(ExitCode.BadInput,
                $"{option.Name} says nothing to --format {EnumOption.Name(format)}: leave it out, or choose another format");
        }
    }

    public EveryEvalEverSource Source(ParseResult parsed) => new(parsed.GetValue(_model), parsed.GetValue(_organization) ?? "unknown",
        parsed.GetValue(_relationship) ?? EvaluatorRelationship.Other, parsed.GetValue(_dataset));

    /// <exception cref="UserException">BadInput: the dataset or its task is missing.</exception>
    public HubResults Hub(ParseResult parsed) => parsed.GetValue(_dataset) is { } dataset && parsed.GetValue(_task) is { } task
        ? new(dataset, task, parsed.GetValue(_source), parsed.GetValue(_percent))
        : throw new UserException(ExitCode.BadInput,
            "--format hf needs --hub-dataset and --hub-task: the benchmark on the Hugging Face Hub, and its task in its eval.yaml");

    static Option<string> Text(string name, string help, string description) => new(name) { HelpName = help, Description = description };
}
