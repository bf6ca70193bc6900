using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RebaseBatch.Commands;

/// <summary>The usual help; for a <see cref="DocumentedCommand"/> with its whole text and its examples.</summary>
sealed class DocumentedHelp : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not DocumentedCommand command) return new HelpAction().Invoke(parseResult);
        command.Description = command.Text;
        var code = new HelpAction().Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in command.Examples) output.WriteLine($"  {example}");
        return code;
    }
}
