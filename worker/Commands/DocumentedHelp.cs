using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RebaseBatch.Commands;

/// <summary>The usual help, with a verb's whole text and its examples.</summary>
sealed class DocumentedHelp : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not DocumentedCommand verb) return new HelpAction().Invoke(parseResult);
        verb.Description = verb.Text;
        var code = new HelpAction().Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in verb.Examples) output.WriteLine($"  {example}");
        return code;
    }
}
