using RebaseBatch.Inference.Gguf;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Catalog;

/// <summary>
/// A model that jobs can name: its file or server, and how to prompt it (as a policy) or to read its scores (as a reward model).
/// </summary>
sealed record ModelProfile
{
    public required string Name { get; init; }

    /// <summary>Where it is served; null for a model that decodes in this process.</summary>
    public RemoteModel? Remote { get; init; }

    /// <summary>
    /// The GGUF file, of a remote model the one with its vocabulary; null for a remote model whose server tokenizes.
    /// </summary>
    public required ModelFile? File { get; init; }

    /// <summary>Safetensors file of a reward model's head; null without one.</summary>
    public required ModelFile? Head { get; init; }

    /// <summary>Where the entry comes from: "bundled", "configured", "server", "file" or "remote" (an address).</summary>
    public required string Origin { get; init; }

    /// <summary>Null when the entry names none.</summary>
    public required ModelRole? Role { get; init; }

    /// <summary>How a policy is prompted.</summary>
    public required PromptPreset Prompt { get; init; }

    /// <summary>How a reward model's input is written and its score is read.</summary>
    public required RewardConvention Convention { get; init; }

    /// <summary>The convention's texts for this model.</summary>
    public required RewardPreset Reward { get; init; }

    /// <summary>The published reward model that it is; null while none is named or recognized.</summary>
    public string? Preset { get; init; }

    /// <summary>Whether the preset was recognized by the file, and not named.</summary>
    public bool IsRecognized { get; init; }

    /// <summary>Whether the entry says itself how the reward model is read, so that nothing is to be recognized.</summary>
    public bool IsDescribed { get; init; }

    /// <summary>What the entry itself says of the texts.</summary>
    public required RewardOverrides Stated { get; init; }

    /// <summary>How a reward model is read: the preset's or the convention's name, and the first digits of the hash of its texts.</summary>
    public string RewardIdentity => TextIdentity.Of(Preset ?? Convention.Name, Convention.Name, Reward.Tag, Reward.Good, Reward.Bad,
        Reward.BeforeQuestion, Reward.BeforeTag, Reward.AfterQuestion, Reward.BetweenSteps);

    /// <summary>The same model, read as its file was recognized.</summary>
    public ModelProfile As(KnownReward known) => this with
    {
        Preset = known.Name,
        IsRecognized = true,
        IsDescribed = true,
        Convention = RewardConvention.All.Single(convention => convention.Name == known.Convention),
        Reward = Stated.Over(known.Texts) with { Head = Reward.Head },
    };

    /// <summary>The same model, loaded to embed texts.</summary>
    /// <exception cref="UserException">BadInput: it is on a server.</exception>
    public ModelProfile AsEmbedding() => Remote is null
        ? this with { Role = ModelRole.Embedding }
        : throw new UserException(ExitCode.BadInput,
            $"the model '{Name}' is on a server, and embeddings are computed in the worker's own process: name a GGUF file for the "
                + "embedding model; the other models may be on servers");

    /// <summary>Scores that the reward model must give; null when none are known.</summary>
    public required RewardSelfTest? SelfTest { get; init; }

    /// <summary>
    /// The identity of its weights, which include a reward model's head. Computed for files on this machine, as stated for files at an
    /// address. Null for a model on a server: only the server says what it serves, and only a worker may be able to ask it.
    /// </summary>
    /// <exception cref="UserException">A file is missing, is not a model, or has another SHA-256 than stated.</exception>
    public async Task<string?> HashAsync(CancellationToken ct) => Remote is not null || File is null ? null
        : Head is null ? await File.HashAsync(ct)
        : ModelIdentity.OfParts([await File.HashAsync(ct), await Head.HashAsync(ct)]);

    /// <summary>
    /// <see cref="HashAsync"/> for whoever plans work: a copy that ended early is found now, and not by a worker at night.
    /// </summary>
    /// <inheritdoc cref="HashAsync"/>
    public Task<string?> PlannedHashAsync(CancellationToken ct)
    {
        if (Remote is null && File is { Path: not null })
            foreach (var file in File.Files())
            {
                var (there, least) = (new FileInfo(file).Length, GgufHeader.Read(file).LeastBytes);
                if (there < least)
                    throw new UserException(ExitCode.ModelUnusable,
                        $"the model file {file} is damaged: it has {HumanText.Bytes(there)}, and by its header at least "
                            + $"{HumanText.Bytes(least)}; copy it again");
            }

        return HashAsync(ct);
    }

    /// <summary>All its files, when they are on this machine.</summary>
    /// <exception cref="UserException">A file is missing, is not a model, or does not belong to the others.</exception>
    public IEnumerable<string> Files() => [.. File?.Files() ?? [], .. Head?.Files() ?? []];

    /// <summary>Whether all its files are on this machine.</summary>
    public bool IsHere => File is not { Path: null } && Head is not { Path: null };
}
