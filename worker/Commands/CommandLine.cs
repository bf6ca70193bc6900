using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using RebaseBatch.Commands.Compare;
using RebaseBatch.Commands.Config;
using RebaseBatch.Commands.Db;
using RebaseBatch.Commands.DeadLetters;
using RebaseBatch.Commands.Demo;
using RebaseBatch.Commands.Diagnosis;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Models;
using RebaseBatch.Commands.Reports;
using RebaseBatch.Commands.Results;
using RebaseBatch.Commands.Schedules;
using RebaseBatch.Commands.Worker;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands;

/// <summary>The program's command line: the tree of commands, and how a run ends.</summary>
static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <param name="stop">Cancelled when the user wants the run to end.</param>
    /// <returns>The process's exit code, an <see cref="ExitCode"/>. Never throws.</returns>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, Surroundings surroundings, CancellationToken stop = default)
    {
        var parsed = Create(surroundings).Parse(args);
        if (parsed.Action is ParseErrorAction) return (int)Refuse(parsed, surroundings.Error);
        try
        {
            // Signals are StopSignals' business, and exceptions ours.
            var invocation = new InvocationConfiguration
            {
                Output = surroundings.Out,
                Error = surroundings.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, stop);
        }
        catch (Exception exception)
        {
            return (int)Explain(exception, surroundings.Error, parsed.GetValue(GlobalOptions.Verbose));
        }
    }

    internal static RootCommand Create(Surroundings surroundings)
    {
        var root = new RootCommand("Solves datasets of reasoning problems with reward balanced search (REBASE), and resumes what was interrupted.")
        {
            GlobalOptions.Data, GlobalOptions.Database, GlobalOptions.Set, GlobalOptions.Verbose,
            DemoCommand.Create(surroundings), CompareCommand.Create(surroundings),
            new Command("worker", "The service that solves what is in the queue.") { WorkerRunCommand.Create(surroundings), WorkerHealthCommand.Create(surroundings) },
            new Command("jobs", "Datasets to solve: put them in the queue, follow them, stop them.")
            {
                JobsEnqueueCommand.Create(surroundings), JobsListCommand.Create(surroundings), JobsShowCommand.Create(surroundings),
                JobsWatchCommand.Create(surroundings), JobsCancelCommand.Create(surroundings), JobsRetryCommand.Create(surroundings),
            },
            new Command("schedules", "Evaluations that run by the clock.")
            {
                SchedulesAddCommand.Create(surroundings), SchedulesListCommand.Create(surroundings), SchedulesRemoveCommand.Create(surroundings),
                SchedulesRunNowCommand.Create(surroundings), SchedulesCheckCommand.Create(surroundings),
            },
            new Command("results", "What came out of jobs.")
            {
                ResultsShowCommand.Create(surroundings), ResultsQueryCommand.Create(surroundings), ResultsExportCommand.Create(surroundings),
                ResultsSaturationCommand.Create(surroundings), ResultsRegradeCommand.Create(surroundings),
            },
            ReportCommand.Create(surroundings), RecommendCommand.Create(surroundings),
            new Command("models", "The models that jobs can name.") { ModelsListCommand.Create(surroundings), ModelsCheckCommand.Create(surroundings) },
            new Command("db", "The database's schema.") { DbMigrateCommand.Create(surroundings), DbStatusCommand.Create(surroundings) },
            new Command("dead-letters", "Messages that no job could be made of.") { DeadLettersListCommand.Create(surroundings), DeadLettersReplayCommand.Create(surroundings) },
            new Command("config", "The program's settings.") { ConfigShowCommand.Create(surroundings) },
            DoctorCommand.Create(surroundings),
        };
        root.Options.OfType<HelpOption>().Single().Action = new VerbHelp();
        root.SetAction(new VerbHelp().Invoke);
        return root;
    }

    static ExitCode Refuse(ParseResult parsed, TextWriter error)
    {
        foreach (var fault in parsed.Errors) error.WriteLine($"rebase: {fault.Message}");
        error.WriteLine($"rebase: 'rebase {CommandPath(parsed)}--help' shows how it is used");
        return ExitCode.BadInput;
    }

    static ExitCode Explain(Exception exception, TextWriter error, bool verbose)
    {
        var failure = Failure.Of(exception);
        foreach (var sentence in failure.Sentences.Split('\n')) error.WriteLine($"rebase: {sentence}");
        if (verbose) error.WriteLine(exception);
        return failure.Code;
    }

    static string CommandPath(ParseResult parsed)
    {
        var path = "";
        for (var result = parsed.CommandResult; result.Command is not RootCommand; result = (System.CommandLine.Parsing.CommandResult)result.Parent!)
            path = $"{result.Command.Name} {path}";
        return path;
    }
}
