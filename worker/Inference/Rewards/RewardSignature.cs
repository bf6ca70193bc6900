using System.Text.RegularExpressions;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// What the files of a published reward model say of themselves. A vocabulary alone proves nothing: every Mistral has the same.
/// </summary>
/// <param name="Architecture">As llama.cpp names it: a Mistral is a llama.</param>
/// <param name="Pattern">A part of its name, in lower case and without anything but letters and digits.</param>
sealed partial record RewardSignature(string Architecture, string Pattern)
{
    /// <summary>Control tokens that it has.</summary>
    public IReadOnlyList<string> Markers { get; init; } = [];

    /// <summary>Who published it, where another model has the same name; else null.</summary>
    public string? Owner { get; init; }

    /// <summary>Whether the file names no owner, and another model has the same name.</summary>
    public bool IsAmbiguous(ILanguageModel model) => Owner is not null && OwnerOf(model) is null;

    /// <summary>Whether the metadata fit. An owner that the file does not name fits.</summary>
    public bool Fits(ILanguageModel model) =>
        model.Metadata("general.architecture") == Architecture
        && Names(model).Any(name => Regex.IsMatch(name, Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))
        && (Owner is null || OwnerOf(model) is not { } owner || owner.Equals(Owner, StringComparison.OrdinalIgnoreCase))
        && Markers.All(marker => model.Tokenize(marker, addSpecial: false, parseSpecial: true).Length == 1);

    static string? OwnerOf(ILanguageModel model) => model.Metadata("general.organization") is { Length: > 0 } owner ? owner : null;

    // llama.cpp's converter puts the name of the folder into general.name, and its parts into the other two.
    static IEnumerable<string> Names(ILanguageModel model) =>
        from name in new[]
        {
            model.Metadata("general.name"), $"{model.Metadata("general.basename")} {model.Metadata("general.finetune")}",
        }
        where name is not null
        select Other().Replace(name.ToLowerInvariant(), "");

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Other();
}
