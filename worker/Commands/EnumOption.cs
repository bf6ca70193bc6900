using System.CommandLine;
using System.CommandLine.Parsing;
using RebaseBatch.Contracts;

namespace RebaseBatch.Commands;

/// <summary>Options whose value is a member of an enum, written in lower case with hyphens: <c>BestOfN</c> is <c>best-of-n</c>.</summary>
static class EnumOption
{
    /// <param name="description">The text without the list of values, which the help adds.</param>
    public static Option<T?> Create<T>(string name, string description) where T : struct, Enum
    {
        var option = new Option<T?>(name)
        {
            Description = description,
            HelpName = string.Join('|', Names<T>()),
            CustomParser = Parse<T>,
        };
        // Its own are the members' names in C#.
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. Names<T>()]);
        return option;
    }

    static T? Parse<T>(ArgumentResult result) where T : struct, Enum
    {
        var text = result.Tokens[^1].Value;
        foreach (var member in Enum.GetValues<T>())
        {
            // Result files write best_of_n, and people copy from them.
            if (Name(member).Equals(text.Replace('_', '-'), StringComparison.OrdinalIgnoreCase)) return member;
        }
        var option = (result.Parent as OptionResult)?.Option.Name;
        result.AddError($"{option} takes {string.Join(", ", Names<T>())}; '{text}' is not one of them.");
        return null;
    }

    static IEnumerable<string> Names<T>() where T : struct, Enum => Enum.GetValues<T>().Select(Name);

    public static string Name<T>(T member) where T : struct, Enum => StoredNames.Of(member).Replace('_', '-');
}
