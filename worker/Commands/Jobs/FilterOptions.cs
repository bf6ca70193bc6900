using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The options that choose what a list shows.</summary>
/// <param name="things">What is listed: <c>jobs</c> or <c>sweeps</c>.</param>
sealed class FilterOptions(string things)
{
    readonly Option<string?> _dataset = new("--dataset")
    {
        Description = $"Show only {things} on this dataset: its name with or without .jsonl, or its whole path or address.",
        HelpName = "NAME",
    };

    readonly Option<string?> _name = new("--name")
    {
        Description = $"Show only {things} whose name contains this text, in upper or lower case.",
        HelpName = "TEXT",
    };

    readonly Option<TagSet?> _tag = TagOption.Create("--tag", $"Show only {things} with this tag; a key alone fits every value.");

    readonly Option<Since?> _since = SinceOption.Create("--since",
        $"Show only {things} that were enqueued since then: a span before now such as 30m, 2h, 3d or 1w, a day or a moment such as "
            + "2026-11-21T07:00Z.");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_dataset, _name, _tag, _since]) command.Options.Add(option);
    }

    /// <param name="folder">The folder that a relative path of a dataset starts from.</param>
    public JobFilter Read(ParseResult parsed, string folder) => new()
    {
        Dataset = parsed.GetValue(_dataset) is { } dataset ? AsStored(dataset, folder) : null, Name = parsed.GetValue(_name),
        Tags = parsed.GetValue(_tag) ?? TagSet.None, Since = parsed.GetValue(_since),
    };

    static string AsStored(string dataset, string folder) =>
        RemoteUri.Is(dataset) ? RemoteUri.PathOf(dataset)
        : dataset.Contains(Path.DirectorySeparatorChar) || dataset.Contains('/') ? Path.GetFullPath(dataset, folder) : dataset;
}
