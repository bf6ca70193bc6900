using System.CommandLine;
using RebaseBatch.Contracts;

namespace RebaseBatch.Commands;

/// <summary>An option that may be given several times, each with one label of a worker.</summary>
static class LabelOption
{
    /// <param name="noun">What it is called in an error message: label or need.</param>
    public static Option<LabelSet?> Create(string name, string description, string noun) => new(name)
    {
        Description = $"{description} Give it again for another one.",
        HelpName = "KEY[=VALUE]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var (labels, fault) = LabelSet.Read(result.Tokens.Select(token => token.Value), noun);
            if (fault is not null) result.AddError($"{name}: {fault}");
            return labels;
        },
    };
}
