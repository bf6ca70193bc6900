using System.CommandLine;
using System.CommandLine.Parsing;

namespace RebaseBatch.Commands;

/// <summary>What the value of an option must fulfil.</summary>
static class Rules
{
    public static Action<OptionResult> AtLeast(Option<int> option, int least) => result => Check(result, result.GetValue(option), least);

    public static Action<OptionResult> AtLeast(Option<int?> option, int least) => result => Check(result, result.GetValue(option) ?? least, least);

    static void Check(OptionResult result, int value, int least)
    {
        if (value < least) result.AddError($"{result.Option.Name} must be at least {least}, and {value} is not.");
    }
}
