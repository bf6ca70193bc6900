using System.CommandLine;
using RebaseBatch.Contracts;

namespace RebaseBatch.Commands.Jobs;

/// <summary>An option that may be given several times, each with one tag.</summary>
static class TagOption
{
    public static Option<TagSet?> Create(string name, string description) => new(name)
    {
        Description = $"{description} Give it again for another tag.",
        HelpName = "KEY[=VALUE]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var (tags, fault) = TagSet.Read(result.Tokens.Select(token => token.Value));
            if (fault is not null) result.AddError($"{name}: {fault}");
            return tags;
        },
    };
}
