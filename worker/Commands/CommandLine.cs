using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using RebaseBatch.Commands.Answers;
using RebaseBatch.Commands.Compare;
using RebaseBatch.Commands.Completion;
using RebaseBatch.Commands.Config;
using RebaseBatch.Commands.Datasets;
using RebaseBatch.Commands.Db;
using RebaseBatch.Commands.DeadLetters;
using RebaseBatch.Commands.Demo;
using RebaseBatch.Commands.Diagnosis;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Models;
using RebaseBatch.Commands.Output;
using RebaseBatch.Commands.Queue;
using RebaseBatch.Commands.Reports;
using RebaseBatch.Commands.Results;
using RebaseBatch.Commands.Schedules;
using RebaseBatch.Commands.Sweeps;
using RebaseBatch.Commands.Teams;
using RebaseBatch.Commands.Worker;
using RebaseBatch.Commands.Workers;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands;

/// <summary>The program's command line: the tree of commands, and how exceptions become exit codes.</summary>
static class CommandLine
{
    // An @ is a letter, as in --cron @daily or --name @nightly, and names no file of arguments.
    static readonly ParserConfiguration s_parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs one command line.</summary>
    /// <param name="stop">Cancelled when the user asks the program to stop.</param>
    /// <returns>The process's exit code, an <see cref="ExitCode"/>. Never throws.</returns>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, ProcessEnvironment environment, CancellationToken stop = default)
    {
        var parsed = Parse(args, environment);
        if (IsFaulty(parsed))
            return (int)WriteParseErrors(parsed, environment.Error);
        try
        {
            // StopSignals handles signals, and this method handles exceptions.
            var invocation = new InvocationConfiguration
            {
                Output = environment.Out,
                Error = environment.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, stop);
        }
        catch (Exception exception)
        {
            return (int)Explain(exception, environment.Error, parsed.GetValue(GlobalOptions.Verbose));
        }
    }

    internal static ParseResult Parse(IReadOnlyList<string> args, ProcessEnvironment environment) =>
        Create(environment).Parse(args, s_parsing);

    /// <summary>Whether the line can't be run as it was typed.</summary>
    internal static bool IsFaulty(ParseResult parsed) =>
        parsed.Action is ParseErrorAction || IsRun(parsed) && UnknownWords.Fault(parsed) is not null;

    internal static RootCommand Create(ProcessEnvironment environment)
    {
        var root = new RootCommand(
            "Solves datasets of reasoning problems with reward balanced search (REBASE). Interrupted searches resume where they stopped.")
        {
            GlobalOptions.Data, GlobalOptions.Database, GlobalOptions.Set, GlobalOptions.Verbose,
            DemoCommand.Create(environment), CompareCommand.Create(environment),
            new Command("worker", "The service that solves the jobs in the queue.")
            {
                WorkerRunCommand.Create(environment), WorkerHealthCommand.Create(environment),
            },
            new Command("jobs", "Datasets to solve: enqueue jobs, watch them, cancel them, delete them.")
            {
                JobsEnqueueCommand.Create(environment), JobsListCommand.Create(environment), JobsShowCommand.Create(environment),
                JobsWatchCommand.Create(environment), JobsCancelCommand.Create(environment), JobsRetryCommand.Create(environment),
                JobsDeleteCommand.Create(environment), JobsWaitCommand.Create(environment), JobsHistoryCommand.Create(environment),
                JobsPauseCommand.CreatePause(environment), JobsPauseCommand.CreateResume(environment),
                JobsSetCommand.Create(environment), JobsTagCommand.Create(environment),
            },
            new Command("queue", "The queue as a whole: pause it, limit the batches of a model.")
            {
                QueueShowCommand.Create(environment), QueuePauseCommand.CreatePause(environment),
                QueuePauseCommand.CreateResume(environment), QueueCapCommand.Create(environment),
            },
            new Command("teams", "The teams that share the queue: weights and limits.")
            {
                TeamsListCommand.Create(environment), TeamsSetCommand.Create(environment), TeamsRemoveCommand.Create(environment),
            },
            new Command("sweeps", "Evaluations of many jobs: list them, watch them, cancel them.")
            {
                SweepsListCommand.Create(environment), SweepsShowCommand.Create(environment), SweepsWatchCommand.Create(environment),
                SweepsCancelCommand.Create(environment), SweepsRetryCommand.Create(environment),
            },
            new Command("workers", "The workers of this database.") { WorkersListCommand.Create(environment) },
            new Command("datasets", "Datasets before they are jobs.") { DatasetsCheckCommand.Create(environment) },
            new Command("schedules", "Sweeps that run at set times.")
            {
                SchedulesAddCommand.Create(environment), SchedulesListCommand.Create(environment),
                SchedulesRemoveCommand.Create(environment), SchedulesRunNowCommand.Create(environment),
                SchedulesCheckCommand.Create(environment), SchedulesGateCommand.Create(environment),
                SchedulesPowerCommand.Create(environment), SchedulesHistoryCommand.Create(environment),
                SchedulesNotifyCommand.Create(environment),
            },
            new Command("results", "The results of jobs.")
            {
                ResultsShowCommand.Create(environment), ResultsQueryCommand.Create(environment), ResultsExportCommand.Create(environment),
                ResultsSaturationCommand.Create(environment), ResultsRegradeCommand.Create(environment),
                ResultsViewsCommand.Create(environment),
            },
            new Command("answers", "Single problems: their answers, solutions and search trees.")
            {
                AnswersListCommand.Create(environment), AnswersShowCommand.Create(environment),
            },
            ReportCommand.Create(environment), RecommendCommand.Create(environment),
            new Command("models", "The models that jobs can use.")
            {
                ModelsListCommand.Create(environment), ModelsCheckCommand.Create(environment),
            },
            new Command("db", "The database: its schema, its size, and proof that its rows are true.")
            {
                DbMigrateCommand.Create(environment), DbStatusCommand.Create(environment), DbVerifyCommand.Create(environment),
                DbSizeCommand.Create(environment), DbPruneCommand.Create(environment), DbPsqlCommand.Create(environment),
            },
            new Command("dead-letters", "Messages that could not become jobs.")
            {
                DeadLettersListCommand.Create(environment), DeadLettersReplayCommand.Create(environment),
            },
            new Command("config", "The program's settings.") { ConfigShowCommand.Create(environment) },
            DoctorCommand.Create(environment), CompletionCommand.Create(environment),
        };
        WideOption.AddTo(root);
        LetTheLastWin(root);
        CompletedValues.AddModels(root, environment);
        CsvSafeOption.AddTo(root);
        root.Options.OfType<HelpOption>().Single().Action = new DocumentedHelp();
        root.SetAction(new DocumentedHelp().Invoke);
        return root;
    }

    static ExitCode WriteParseErrors(ParseResult parsed, TextWriter error)
    {
        var unknown = UnknownWords.Fault(parsed);
        // Behind an unknown word the parser misunderstands the others as well.
        foreach (var fault in unknown is null ? parsed.Errors.Select(fault => fault.Message) : [unknown])
            error.WriteLine($"rebase: {VisibleText.Lines(fault)}");
        error.WriteLine($"rebase: '{UnknownWords.PathOf(parsed.CommandResult)} --help' shows the usage");
        return ExitCode.BadInput;
    }

    static ExitCode WriteFailure(Exception exception, TextWriter error, bool verbose)
    {
        var failure = Failure.Of(exception);
        foreach (var sentence in failure.Sentences.Split('\n')) error.WriteLine($"rebase: {VisibleText.Line(sentence)}");
        if (verbose) error.WriteLine(VisibleText.Lines(exception.ToString()));
        return failure.Code;
    }

    /// <summary>Says what a command ended on, also where so few files may be open that parts of this program can't be loaded.</summary>
    static ExitCode Explain(Exception exception, TextWriter error, bool verbose)
    {
        try
        {
            if (MissingPart(exception) is not { } part) return WriteFailure(exception, error, verbose);
            WriteMissing(part);
        }
        catch (Exception second) when (MissingPart(second) is not null)
        {
            WriteMissing(MissingPart(second)!);
        }

        return ExitCode.NoPermission;

        void WriteMissing(string part) => error.WriteLine($"rebase: the program's part {part} can't be loaded: build or install it again, "
            + "or let more files be open at once ('ulimit -n' shows how many may be)");
    }

    /// <summary>The name of the assembly that could not be loaded; null for another fault.</summary>
    static string? MissingPart(Exception fault)
    {
        var name = fault.GetBaseException() switch
        {
            FileNotFoundException missing => missing.FileName,
            FileLoadException unloadable => unloadable.FileName,
            _ => null,
        };
        return name?.Split(", Version=") is [var part, _, ..] ? part : null;
    }

    /// <summary>Not the help, the version or a shell's question for completions.</summary>
    static bool IsRun(ParseResult parsed) => parsed.Action == parsed.CommandResult.Command.Action;

    /// <summary>
    /// An option that takes one value takes its last one, as in most programs: a script adds to a line that has a value already. A value
    /// must still follow each.
    /// </summary>
    static void LetTheLastWin(Command command)
    {
        foreach (var option in command.Options.Where(option => option.Arity.MaximumNumberOfValues == 1))
            option.AllowMultipleArgumentsPerToken = true;
        foreach (var sub in command.Subcommands) LetTheLastWin(sub);
    }
}
