using System.CommandLine;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Commands.Completion;

/// <summary>What a shell may complete where a value stands.</summary>
static class CompletedValues
{
    /// <summary>The names of models, in every option and argument that takes one. Jobs' numbers would need the database.</summary>
    public static void AddModels(Command command, ProcessEnvironment environment)
    {
        foreach (var option in command.Options.Where(option => option.HelpName == "MODEL"))
            option.CompletionSources.Add(context => Models(environment, context.ParseResult));
        foreach (var argument in command.Arguments.Where(argument => argument.Name == "MODEL"))
        {
            // Else the help has all completions in place of the name.
            argument.HelpName = argument.Name;
            argument.CompletionSources.Add(context => Models(environment, context.ParseResult));
        }
        foreach (var sub in command.Subcommands) AddModels(sub, environment);
    }

    static IEnumerable<string> Models(ProcessEnvironment environment, ParseResult parsed)
    {
        try
        {
            var settings = Settings.Load(environment, GlobalOptions.Assignments(parsed));
            return new ModelCatalog(settings.Options.Models).All.Select(model => model.Name);
        }
        // A shell can't show what is wrong with the settings; the command will.
        catch (Platform.Errors.UserException)
        {
            return [];
        }
    }
}
