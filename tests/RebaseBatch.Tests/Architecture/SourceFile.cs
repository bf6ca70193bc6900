using System.Text.RegularExpressions;
using RebaseBatch.Tests.Infra;

namespace RebaseBatch.Tests.Architecture;

/// <summary>A source file. For a file of the worker: the namespaces of ours that its code mentions; comments are left out.</summary>
/// <param name="Path">Relative to the repository's root, with slashes.</param>
sealed partial record SourceFile(string Path, string Text)
{
    const string Root = "worker/";

    /// <summary>A namespace that a line mentions.</summary>
    /// <param name="Space">Without the leading <c>RebaseBatch.</c>.</param>
    /// <param name="Line">From 1.</param>
    public sealed record Mention(string Space, int Line, string Text);

    /// <summary>All of the worker's sources.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = Below("worker");

    /// <summary>All sources below a folder of the repository, without what a build has made.</summary>
    public static IReadOnlyList<SourceFile> Below(string folder) =>
    [
        .. from file in Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
           let path = System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
           where !Built().IsMatch(path)
           orderby path
           select new SourceFile(path, File.ReadAllText(file)),
    ];

    /// <summary>Where it lies below the worker, as a namespace: <c>Inference.Steps</c>; empty for the worker's root.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path[Root.Length..])!.Replace('\\', '/').Replace('/', '.');

    /// <summary>The namespace that it declares, without the leading <c>RebaseBatch.</c>; null when it declares none.</summary>
    public string? Namespace => Declared().Match(Text) is { Success: true } match ? match.Groups[1].Value.TrimStart('.') : null;

    /// <summary>The code, line by line, without comments.</summary>
    public IEnumerable<(int Line, string Code)> Code => BlockComment()
        .Replace(Text, match => new string('\n', match.Value.Count(c => c == '\n')))
        .Split('\n').Select((line, i) => (i + 1, LineComment().Replace(line, "")));

    /// <summary>
    /// In using lines of every kind, in full names, and in names that begin with a layer or, within Inference, with a part of it.
    /// </summary>
    public IEnumerable<Mention> Mentions =>
        from line in Code
        where !Declared().IsMatch(line.Code)
        from space in Full().Matches(line.Code).Select(match => match.Groups[1].Value)
            .Concat(ByLayer().Matches(line.Code).Select(match => match.Value))
            .Concat(Folder.StartsWith("Inference", StringComparison.Ordinal)
                ? ByPart().Matches(line.Code).Select(match => $"Inference.{match.Value}") : [])
        select new Mention(space, line.Line, line.Code.Trim());

    [GeneratedRegex(@"(^|/)(bin|obj|node_modules)/")]
    private static partial Regex Built();

    [GeneratedRegex(@"^\s*namespace\s+RebaseBatch((?:\.\w+)*)\s*[;{]?\s*$", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex BlockComment();

    // An address in a text, such as https://, is no comment.
    [GeneratedRegex(@"(?<!:)//.*$")]
    private static partial Regex LineComment();

    [GeneratedRegex(@"(?<![\w.""])RebaseBatch\.([A-Z]\w*(?:\.[A-Z]\w*)*)")]
    private static partial Regex Full();

    // A name whose last part is called is a method, as in Steps.Select(...), except after `new`.
    [GeneratedRegex(@"(?<![\w.""])(?:Core|Platform|Inference|Durable|Solving|Evaluation|Edge|Hosting|Commands|Migrations)"
        + @"(?:(?<=\bnew\s+\w+)(?:\.[A-Z]\w*)+|(?:\.[A-Z]\w*)+\b(?!\())")]
    private static partial Regex ByLayer();

    [GeneratedRegex(@"(?<![\w.""])(?:Ports|Gguf|Llama|Scheduling|Steps|Rewards|Catalog|Loading)"
        + @"(?:(?<=\bnew\s+\w+)(?:\.[A-Z]\w*)+|(?:\.[A-Z]\w*)+\b(?!\())")]
    private static partial Regex ByPart();
}
