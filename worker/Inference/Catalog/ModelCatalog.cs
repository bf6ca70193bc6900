using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Steps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Catalog;

/// <summary>
/// The models that jobs can name: those of the configuration, the bundled ones, and any GGUF file by its path or its address.
/// </summary>
sealed class ModelCatalog
{
    static readonly (string Name, ModelRole Role)[] s_bundled =
    [
        ("tiny-math-policy-s", ModelRole.Policy), ("tiny-math-policy-m", ModelRole.Policy), ("tiny-math-policy-l", ModelRole.Policy),
        ("tiny-math-prm", ModelRole.Reward),
    ];

    readonly AllowedSources _sources;
    readonly Dictionary<string, ModelProfile> _profiles = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="configured">The section <c>Rebase:Models</c>.</param>
    /// <param name="sources">From where other models may come; null for a user who names them himself.</param>
    /// <exception cref="UserException">An entry names an unknown preset or convention, or no file.</exception>
    public ModelCatalog(IReadOnlyDictionary<string, ModelOptions> configured, AllowedSources? sources = null)
    {
        _sources = sources ?? AllowedSources.Any;
        var bundledDirectory = System.IO.Path.Combine(AppContext.BaseDirectory, "models");
        foreach (var (name, role) in s_bundled)
            _profiles[name] = Profile(name, "bundled", new()
            {
                Path = System.IO.Path.Combine(bundledDirectory, name + ".gguf"), Role = role,
            });
        foreach (var (name, entry) in configured) _profiles[name] = Profile(name, "configured", entry);
    }

    public IEnumerable<ModelProfile> All => _profiles.Values.OrderBy(p => p.Name, StringComparer.Ordinal);

    /// <summary>The model of that name, or the GGUF file at that path or address, for use as <paramref name="role"/>.</summary>
    /// <exception cref="UserException">There is neither, or the catalog says that it is for something else.</exception>
    public ModelProfile Resolve(string reference, ModelRole role)
    {
        var profile = Resolve(reference);
        // A policy embeds texts, too.
        if (profile.Role is { } other && other != role && (other, role) is not (ModelRole.Policy, ModelRole.Embedding))
            throw new UserException(ExitCode.BadInput,
                $"the model '{profile.Name}' is {Name(other)} and can't serve as {Name(role)}: 'rebase models list' shows which can");
        return role is ModelRole.Embedding ? profile.AsEmbedding() : profile;
    }

    static string Name(ModelRole role) => role switch
    {
        ModelRole.Policy => "a policy",
        ModelRole.Reward => "a reward model",
        _ => "an embedding model",
    };

    /// <summary>The model of that name, or the GGUF file at that path or address.</summary>
    /// <exception cref="UserException">There is neither, or an address does not state the file's SHA-256.</exception>
    /// <exception cref="MachineFaultException">This worker takes no models from there.</exception>
    public ModelProfile Resolve(string reference)
    {
        if (_profiles.TryGetValue(reference, out var profile)) return profile;
        // Before anything is looked at: the answer must not tell what lies there.
        if (IsLocation(reference) && !_sources.Allows(reference))
            throw new MachineFaultException(reference,
                $"this worker takes no models from {MaskedUri.Of(reference)}: add the place to Rebase:Sources:Models, or give the model a "
                    + "name under Rebase:Models");
        if (RemoteUri.Is(reference)) return Profile(RemoteUri.Parse(reference).ToString(), "remote", new() { Path = reference });
        if (reference.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) || File.Exists(reference))
            return Profile(reference, "file", new() { Path = System.IO.Path.GetFullPath(reference) });
        throw new UserException(ExitCode.NotFound,
            $"there is no model '{reference}': name one of {string.Join(", ", All.Select(p => p.Name))}, or the path or https address of "
                + "a .gguf file, or add it under Rebase:Models");
    }

    /// <summary>
    /// A text that changes when the model's files on this machine change, appear or vanish: a worker that could not use the model tries
    /// again then. Empty for a model that this machine does not know.
    /// </summary>
    public string StampOf(string reference)
    {
        try
        {
            var profile = Resolve(reference);
            return $"{profile.File?.Stamp()} {profile.Head?.Stamp()}";
        }
        catch (Exception e) when (e is UserException or MachineFaultException)
        {
            return "";
        }
    }

    static bool IsLocation(string reference) => RemoteUri.Is(reference) || reference.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)
        || System.IO.Path.IsPathFullyQualified(reference) || reference.AsSpan().ContainsAny('/', '\\') || File.Exists(reference);

    static ModelProfile Profile(string name, string origin, ModelOptions options)
    {
        var remote = RemoteEntry.Of(name, options);
        if (remote is null && options.Path.Length == 0)
            throw new UserException(ExitCode.BadInput,
                $"the model '{name}' names no file: set Rebase:Models:{name}:Path, or Endpoint for a model on a server");
        var preset = PromptPreset.All.FirstOrDefault(p => p.Name == options.Prompt)
            ?? throw new UserException(ExitCode.BadInput,
                $"the model '{name}' names the prompt '{options.Prompt}', and there are "
                    + $"{string.Join(", ", PromptPreset.All.Select(p => p.Name))}");
        var (convention, texts) = Reading(name, options);
        // A server has the head with the model.
        if (convention.HasHead && options.Head is null && remote is null)
            throw new UserException(ExitCode.BadInput,
                $"the model '{name}' follows the convention {convention.Name}, which has a head: set "
                    + $"Rebase:Models:{name}:Head to its safetensors file");
        if (!convention.HasHead && options.Head is not null)
            throw new UserException(ExitCode.BadInput,
                $"the model '{name}' names a head, and the convention {convention.Name} has none: remove Rebase:Models:{name}:Head "
                    + "or name its Preset or another convention");
        var file = remote is not null ? RemoteEntry.VocabularyOf(name, options)
            : ModelFile.Of(options.Path, options.Sha256, ".gguf", $"the model '{name}'", origin is "remote"
                ? "write #sha256= and the 64 hex digits behind its address"
                : $"set Rebase:Models:{name}:Sha256");
        var head = options.Head is null
            ? null : ModelFile.Of(options.Head, null, ".safetensors", $"the head of the model '{name}'",
                $"write #sha256= and the 64 hex digits behind it in Rebase:Models:{name}:Head");
        if (options.StepBoundary is { } boundary) preset = preset with { Boundary = StepBoundary.Parse(boundary) };
        if (options.AnswerMark is { } mark) preset = preset with { AnswerMark = mark };
        var stated = new RewardOverrides(options.StepTag, options.GoodToken, options.BadToken, options.AfterQuestion, options.StepTagId,
            options.GoodTokenId, options.BadTokenId);
        return new()
        {
            Name = name, File = file, Head = head, Remote = remote, Origin = remote is null ? origin : "server",
            Role = options.Role, Prompt = preset,
            Convention = convention, Reward = stated.Over(texts) with { Head = head?.ToString() }, Stated = stated,
            Preset = options.Preset, IsDescribed = (options.Preset ?? options.Convention) is not null,
            SelfTest = options.SelfTest is { } test
                ? new(test.Question, [.. test.Steps.Select(step => (step.Text, step.Score))], test.Tolerance)
                : null,
        };
    }

    /// <summary>The convention and the texts that the entry's preset or convention brings.</summary>
    static (RewardConvention Convention, RewardPreset Texts) Reading(string name, ModelOptions options)
    {
        var known = options.Preset is null ? null : KnownReward.All.FirstOrDefault(known => known.Name == options.Preset)
            ?? throw new UserException(ExitCode.BadInput,
                $"the model '{name}' names the preset '{options.Preset}', and there are "
                    + $"{string.Join(", ", KnownReward.All.Select(known => known.Name))}");
        var wanted = options.Convention ?? known?.Convention ?? MathShepherdConvention.Name;
        var convention = RewardConvention.All.FirstOrDefault(c => c.Name == wanted)
            ?? throw new UserException(ExitCode.BadInput,
                $"the model '{name}' names the reward convention '{wanted}', and there are "
                    + $"{string.Join(", ", RewardConvention.All.Select(c => c.Name))}");
        return (convention, known?.Texts ?? convention.Defaults);
    }
}
