using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Commands;

/// <summary>Words of a command line that are no command and no option, and what the user may have meant.</summary>
static partial class UnknownWords
{
    const int MostSuggested = 4;

    /// <summary>
    /// One sentence for the first word that is neither; null if all are known. A misspelt option counts also where the parser took it for
    /// an argument, such as the name of a dataset.
    /// </summary>
    public static string? Fault(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens);
        var misspelt = parsed.Tokens.Any(token => token.Type is TokenType.DoubleDash) ? null
            : parsed.UnmatchedTokens.Concat(arguments.Select(token => token.Value)).FirstOrDefault(word => Option().IsMatch(word));
        if (misspelt is not null) return OfOption(misspelt.Split('=', ':')[0], parsed);
        return parsed.UnmatchedTokens is [var first, ..] && command.Subcommands.Count > 0 ? OfCommand(first, parsed) : null;
    }

    /// <summary>Such as <c>rebase jobs list</c>.</summary>
    public static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "rebase";

    static string OfOption(string word, ParseResult parsed)
    {
        var known = Options(parsed.CommandResult).Select(option => option.Name).Distinct().ToList();
        return $"there is no option '{word}' of '{PathOf(parsed.CommandResult)}'{Question(Alike(word, known).Select(name => $"'{name}'"))}";
    }

    static string OfCommand(string word, ParseResult parsed)
    {
        var path = PathOf(parsed.CommandResult);
        // A verb without its noun ('enqueue') comes before a noun that looks like it ('queue').
        var elsewhere = Verbs(parsed.RootCommandResult.Command, "rebase").Where(verb => verb.Split(' ')[^1] == word).ToList();
        var here = Alike(word, [.. parsed.CommandResult.Command.Subcommands.Select(command => command.Name)]);
        return $"there is no command '{path} {word}'"
            + Question((elsewhere.Count > 0 ? elsewhere : here.Select(name => $"{path} {name}"))
                .Take(MostSuggested).Select(verb => $"'{verb}'"));
    }

    static string Question(IEnumerable<string> suggestions) =>
        suggestions.ToList() is { Count: > 0 } list ? $"; did you mean {string.Join(" or ", list)}?" : "";

    /// <summary>The names that begin with the word, else the one that differs from it in at most two letters.</summary>
    static List<string> Alike(string word, IReadOnlyList<string> known)
    {
        // Two letters of two differ between any short names.
        if (word.TrimStart('-').Length < 3) return [];
        var longer = known.Where(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Take(MostSuggested).ToList();
        return longer.Count > 0 ? longer : JobSettings.Nearest(word.ToLowerInvariant(), known) is { } near ? [near] : [];
    }

    static IEnumerable<Option> Options(CommandResult result) => result.Parent is CommandResult parent
        ? result.Command.Options.Concat(Options(parent).Where(option => option.Recursive))
        : result.Command.Options;

    static IEnumerable<string> Verbs(Command command, string path) => command.Subcommands
        .SelectMany(sub => Verbs(sub, $"{path} {sub.Name}").Prepend($"{path} {sub.Name}"));

    // No file, model or statement in SQL looks like this; a number below zero does not begin with a letter.
    [GeneratedRegex(@"\A--?[A-Za-z][A-Za-z0-9-]*([=:].*)?\z")]
    private static partial Regex Option();
}
