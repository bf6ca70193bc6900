using System.Text.RegularExpressions;

namespace RebaseBatch.Tests.Infra;

/// <summary>
/// What a bicep file declares, read by its lines. It is not a compiler: it knows declarations and names, but neither types nor what Azure
/// does with them.
/// </summary>
sealed partial class Bicep
{
    Bicep(string path, string text)
    {
        Path = path;
        Text = text;
        Code = WithoutComments(text);
    }

    public static Bicep Main { get; } = Of("infra/bicep/main.bicep");

    public string Path { get; }

    public string Text { get; }

    /// <summary>Without comments and descriptions.</summary>
    public string Code { get; }

    /// <summary>Parameters by name with their defaults; empty for those without one.</summary>
    public Dictionary<string, string> Parameters => Parameter().Matches(Code)
        .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["default"].Value);

    public Dictionary<string, string> Defaults => Parameters.Where(p => p.Value.Length > 0).ToDictionary();

    public IReadOnlyList<string> Outputs => [.. Output().Matches(Code).Select(m => m.Groups["name"].Value)];

    /// <summary>Names that are declared for use in this file: parameters, variables, resources and modules.</summary>
    public IReadOnlyList<(string Kind, string Name)> Declarations =>
        [.. Declaration().Matches(Code).Select(m => (m.Groups["kind"].Value, m.Groups["name"].Value))];

    /// <summary>Modules: symbol, file, and the names of the parameters that they are given.</summary>
    public IReadOnlyList<(string Name, string File, IReadOnlyList<string> Given)> Modules =>
        [.. Module().Matches(Code).Select(m => (m.Groups["name"].Value, m.Groups["file"].Value, Given(m.Index)))];

    /// <summary>Uses of a module's outputs: symbol and output.</summary>
    public IEnumerable<(string Module, string Output)> Uses =>
        Use().Matches(Code).Select(m => (m.Groups["module"].Value, m.Groups["output"].Value));

    public IReadOnlyList<string> ResourceTypes => [.. Resource().Matches(Code).Select(m => m.Groups["type"].Value)];

    public static Bicep Of(string path) => new(path, Repository.Read(path));

    public static Bicep OfText(string text) => new("", text);

    /// <summary>How often a name occurs in the code as a whole word, property names excluded.</summary>
    public int Mentions(string name) =>
        Regex.Count(Code, $@"(?<![\w.'@/-]){name}(?![\w'-])") - Regex.Count(Code, $@"(?m)(?:^\s*|[{{,]\s*){name}:");

    /// <summary>
    /// The first bracket without a partner, with its line; null when each has one. Text in quotes counts only between <c>${</c> and
    /// <c>}</c>.
    /// </summary>
    public string? Unbalanced()
    {
        var open = new Stack<(char Bracket, int Line)>();
        var line = 1;
        for (var i = 0; i < Code.Length; i++)
        {
            var c = Code[i];
            if (c == '\n') line++;
            if (open.TryPeek(out var top) && top.Bracket == '\'')
            {
                if (c == '\n') return $"line {line - 1}: a text has no end";
                if (c == '\\') i++;
                else if (c == '\'') open.Pop();
                else if (c == '$' && i + 1 < Code.Length && Code[i + 1] == '{') open.Push((Code[++i], line));
                continue;
            }

            if (c is '{' or '[' or '(' or '\'') open.Push((c, line));
            else if (c is '}' or ']' or ')'
                && (!open.TryPop(out var partner) || (partner.Bracket, c) is not (('{', '}') or ('[', ']') or ('(', ')'))))
                return $"line {line}: '{c}'";
        }
        return open.TryPop(out var left) ? $"line {left.Line}: '{left.Bracket}'" : null;
    }

    IReadOnlyList<string> Given(int module)
    {
        var start = Code.IndexOf("  params: {\n", module, StringComparison.Ordinal);
        var end = Code.IndexOf("\n  }\n", start, StringComparison.Ordinal);
        return [.. Property().Matches(Code[start..end]).Select(m => m.Groups["name"].Value)];
    }

    static string WithoutComments(string text) => Comment().Replace(text, "");

    [GeneratedRegex(@"(?m)^\s*//.*$|^@description\(.*\)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?m)^param (?<name>\w+) \w+(?: = (?<default>.+))?$")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?m)^output (?<name>\w+) \w+ = .+$")]
    private static partial Regex Output();

    [GeneratedRegex(@"(?m)^(?<kind>param|var|resource|module) (?<name>\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?m)^module (?<name>\w+) '(?<file>[^']+)' = ")]
    private static partial Regex Module();

    [GeneratedRegex(@"(?<module>\w+)!?\.outputs\.(?<output>\w+)")]
    private static partial Regex Use();

    [GeneratedRegex(@"(?m)^resource \w+ '(?<type>[^']+)'(?: existing)? = ")]
    private static partial Regex Resource();

    [GeneratedRegex(@"(?m)^    (?<name>\w+): ")]
    private static partial Regex Property();
}
