using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Hosting;
using Spectre.Console;

namespace RebaseBatch.Commands;

/// <summary>What a command's action works with.</summary>
sealed class CommandContext(Surroundings surroundings, ParseResult parsed)
{
    readonly Lazy<Settings> _settings = new(() => Settings.Load(surroundings, GlobalOptions.Assignments(parsed)));
    readonly Lazy<IAnsiConsole> _talk = new(() => Consoles.ForTalk(surroundings.Error));

    public Surroundings Surroundings => surroundings;

    /// <exception cref="UserException">BadInput: the configuration can't be used.</exception>
    public Settings Settings => _settings.Value;

    public RebaseOptions Options => Settings.Options;

    /// <summary>Stdout: data only.</summary>
    public TextWriter Out => surroundings.Out;

    /// <summary>Stderr as a console: progress and remarks.</summary>
    public IAnsiConsole Talk => _talk.Value;

    public bool Verbose => parsed.GetValue(GlobalOptions.Verbose);

    /// <summary>A remark on stderr.</summary>
    public void Say(string sentence) => surroundings.Error.WriteLine(sentence);
}
