using System.CommandLine;
using System.CommandLine.Parsing;

namespace RebaseBatch.Commands;

/// <summary>Options that may be given several times, each with a member of an enum, written as <see cref="EnumOption"/> says.</summary>
static class EnumListOption
{
    /// <param name="description">The text without the list of values, which the help adds.</param>
    public static Option<T[]?> Create<T>(string name, string description) where T : struct, Enum => new(name)
    {
        Description = description,
        HelpName = string.Join('|', Enum.GetValues<T>().Select(EnumOption.Name)),
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => Parse<T>(name, result),
    };

    static T[]? Parse<T>(string option, ArgumentResult result) where T : struct, Enum
    {
        var all = Enum.GetValues<T>().ToDictionary(EnumOption.Name, StringComparer.OrdinalIgnoreCase);
        var members = new List<T>();
        // Result files write best_of_n, and people copy from them. A list with commas means the same as the option given again.
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (all.TryGetValue(text.Trim().Replace('_', '-'), out var member)) members.Add(member);
            else
            {
                result.AddError($"{option} takes {string.Join(", ", all.Keys)}; '{text}' is not one of them.");
                return null;
            }
        }

        return [.. members.Distinct()];
    }
}
