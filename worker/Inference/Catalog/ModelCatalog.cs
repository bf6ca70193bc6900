using RebaseBatch.Errors;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Inference.Catalog;

/// <summary>The models that jobs can name: those of the configuration, the bundled ones, and any GGUF file by its path.</summary>
sealed class ModelCatalog
{
    static readonly (string Name, ModelRole Role)[] s_bundled =
    [
        ("tiny-math-policy-s", ModelRole.Policy), ("tiny-math-policy-m", ModelRole.Policy), ("tiny-math-policy-l", ModelRole.Policy),
        ("tiny-math-prm", ModelRole.Reward),
    ];

    readonly Dictionary<string, ModelProfile> _profiles = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="configured">The section <c>Rebase:Models</c>.</param>
    /// <exception cref="UserException">An entry names an unknown preset or convention, or no file.</exception>
    public ModelCatalog(IReadOnlyDictionary<string, ModelOptions> configured)
    {
        var bundledDirectory = System.IO.Path.Combine(AppContext.BaseDirectory, "models");
        foreach (var (name, role) in s_bundled)
            _profiles[name] = Profile(name, "bundled", new() { Path = System.IO.Path.Combine(bundledDirectory, name + ".gguf"), Role = role });
        foreach (var (name, entry) in configured) _profiles[name] = Profile(name, "configured", entry);
    }

    public IEnumerable<ModelProfile> All => _profiles.Values.OrderBy(p => p.Name, StringComparer.Ordinal);

    /// <summary>The model of that name, or the GGUF file at that path, to be used as <paramref name="role"/>.</summary>
    /// <exception cref="UserException">There is neither, or the catalog says that it is for something else.</exception>
    public ModelProfile Resolve(string reference, ModelRole role)
    {
        var profile = Resolve(reference);
        if (profile.Role is { } other && other != role)
            throw new UserException(ExitCode.BadInput, $"the model '{reference}' is a {Name(other)} and can't serve as a {Name(role)}: 'rebase models list' shows which can");
        return profile;

        static string Name(ModelRole role) => role is ModelRole.Policy ? "policy" : "reward model";
    }

    /// <summary>The model of that name, or the GGUF file at that path.</summary>
    /// <exception cref="UserException">There is neither.</exception>
    public ModelProfile Resolve(string reference)
    {
        if (_profiles.TryGetValue(reference, out var profile)) return profile;
        if (reference.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) || File.Exists(reference))
            return Profile(reference, "file", new() { Path = System.IO.Path.GetFullPath(reference) });
        throw new UserException(ExitCode.NotFound,
            $"there is no model '{reference}': name one of {string.Join(", ", All.Select(p => p.Name))}, or the path of a .gguf file, or add it under Rebase:Models");
    }

    static ModelProfile Profile(string name, string origin, ModelOptions options)
    {
        if (options.Path.Length == 0) throw new UserException(ExitCode.BadInput, $"the model '{name}' names no file: set Rebase:Models:{name}:Path");
        var preset = PromptPreset.All.FirstOrDefault(p => p.Name == options.Prompt)
            ?? throw new UserException(ExitCode.BadInput, $"the model '{name}' names the prompt '{options.Prompt}', and there are {string.Join(", ", PromptPreset.All.Select(p => p.Name))}");
        if (options.Convention != "math-shepherd")
            throw new UserException(ExitCode.BadInput, $"the model '{name}' names the reward convention '{options.Convention}', and there is math-shepherd");
        if (options.StepBoundary is { } boundary) preset = preset with { Boundary = StepBoundary.Parse(boundary) };
        if (options.AnswerMark is { } mark) preset = preset with { AnswerMark = mark };
        var plain = new RewardPreset();
        return new(name, options.Path, origin, options.Role, preset, options.Convention, new(
            options.StepTag ?? plain.Tag, options.GoodToken ?? plain.Good, options.BadToken ?? plain.Bad, options.AfterQuestion ?? plain.AfterQuestion));
    }
}
