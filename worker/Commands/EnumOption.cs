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
        var option = new Option<T?>(name) { CustomParser = result => Members<T>(result, [result.Tokens[^1].Value])?[^1] };
        Describe<T>(option, description);
        return option;
    }

    /// <summary>An option that may be given several times. A list with commas means the same.</summary>
    /// <param name="description">The text without the list of values, which the help adds.</param>
    public static Option<T[]?> CreateList<T>(string name, string description) where T : struct, Enum
    {
        var option = new Option<T[]?>(name)
        {
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result =>
                Members<T>(result, result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries))),
        };
        Describe<T>(option, description);
        return option;
    }

    static void Describe<T>(Option option, string description) where T : struct, Enum
    {
        (option.Description, option.HelpName) = (description, string.Join('|', Names<T>()));
        // Its own are the members' names in C#.
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. Names<T>()]);
    }

    /// <returns>Each member once; null if a text is none.</returns>
    static T[]? Members<T>(ArgumentResult result, IEnumerable<string> texts) where T : struct, Enum
    {
        var all = Enum.GetValues<T>().ToDictionary(Name, StringComparer.OrdinalIgnoreCase);
        var members = new List<T>();
        foreach (var text in texts)
        {
            // Result files write best_of_n, and people copy from them.
            if (all.TryGetValue(text.Replace('_', '-'), out var member)) members.Add(member);
            else
            {
                var option = (result.Parent as OptionResult)?.Option.Name;
                result.AddError($"{option} takes {string.Join(", ", Names<T>())}; '{text}' is not one of them.");
                return null;
            }
        }

        return [.. members.Distinct()];
    }

    static IEnumerable<string> Names<T>() where T : struct, Enum => Enum.GetValues<T>().Select(Name);

    public static string Name<T>(T member) where T : struct, Enum => StoredNames.Of(member).Replace('_', '-');
}
