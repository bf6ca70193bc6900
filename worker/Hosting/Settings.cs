using Microsoft.Extensions.Configuration;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Hosting;

/// <summary>The program's configuration: merged, validated, and with defaults filled in.</summary>
sealed class Settings
{
    const string Section = "Rebase";

    readonly IReadOnlyList<SettingSource> _sources;

    Settings(IReadOnlyList<SettingSource> sources, IConfiguration configuration, RebaseOptions options)
    {
        _sources = sources;
        Configuration = configuration;
        Options = options;
    }

    public RebaseOptions Options { get; }

    /// <summary>All sources merged, including the .NET host's section <c>Logging</c>.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>Merges the sources. Each overrides the ones before it: program, current folder, environment, command line.</summary>
    /// <param name="assignments">Assignments <c>Rebase:...=value</c> from the command line.</param>
    /// <exception cref="UserException">BadInput, with a line for each fault.</exception>
    public static Settings Load(ProcessEnvironment environment, IEnumerable<string> assignments)
    {
        SettingSource[] sources =
        [
            .. SettingSource.OfFile(Path.Combine(environment.ProgramFolder, "appsettings.json")),
            .. SettingSource.OfFile(Path.Combine(environment.Folder, "rebase.json")),
            SettingSource.OfEnvironment(environment.Variables),
            SettingSource.OfAssignments(assignments),
        ];
        var merged = new ConfigurationBuilder();
        foreach (var source in sources) merged.AddConfiguration(source.Values);
        var configuration = merged.Build();

        var section = configuration.GetSection(Section);
        ThrowIfAny(SettingSchema.BindingFaults(typeof(RebaseOptions), section), sources);
        var options = section.Get<RebaseOptions>() ?? new();
        ThrowIfAny(SettingSchema.ValidationFaults(options, Section).Select(f => Sentence(f.Key, f.Fault)), sources);
        Complete(options, environment);
        return new(sources, configuration, options);
    }

    /// <summary>Every setting: key, effective value (secrets masked), and the source that it comes from.</summary>
    public IEnumerable<(string Key, string? Value, string Source)> Show() =>
        SettingSchema.Values(Options, Section).Select(s => (s.Key, s.Value, SourceOf(s.Key, _sources) ?? "default"));

    static string? SourceOf(string key, IReadOnlyList<SettingSource> sources) =>
        sources.LastOrDefault(s => s.Values[key] is not null)?.Name;

    static void ThrowIfAny(IEnumerable<string> faults, IReadOnlyList<SettingSource> sources)
    {
        var sentences = faults.Select(fault => WithSource(fault, sources)).ToList();
        if (sentences.Count > 0) throw new UserException(ExitCode.BadInput, string.Join('\n', sentences));
    }

    // Some faults name their key themselves, because commands show them too.
    static string Sentence(string key, string fault) =>
        fault.StartsWith($"{key} ", StringComparison.Ordinal) ? fault : $"{key}: {fault}";

    // Each fault begins with its key.
    static string WithSource(string fault, IReadOnlyList<SettingSource> sources) =>
        SourceOf(fault.Split(' ', 2)[0].TrimEnd(':'), sources) is { } source ? $"{fault} (from {source})" : fault;

    static void Complete(RebaseOptions options, ProcessEnvironment environment)
    {
        // A relative folder would be another one in each folder that the program is started from.
        options.DataDirectory = Whole(options.DataDirectory, DefaultFolders.Data(environment.Variables)
            ?? (options.DataDirectory.Length > 0 ? "" : throw new UserException(ExitCode.BadInput,
                "this user has no home folder for the program's data: name a folder with --data, or set HOME")));
        options.Results.Directory = Whole(options.Results.Directory, Path.Combine(options.DataDirectory, "results"));
        options.Inference.ModelCacheDirectory = Whole(options.Inference.ModelCacheDirectory, Path.Combine(options.DataDirectory, "models"));
        options.Worker.Id = Or(options.Worker.Id, $"{Environment.MachineName}:{Environment.ProcessId}");
        options.Database.AutoMigrate ??= options.Database.IsEmbedded;

        string Whole(string path, string otherwise) => Path.GetFullPath(Or(path, otherwise), environment.Folder);
    }

    static string Or(string value, string otherwise) => value.Length > 0 ? value : otherwise;
}
