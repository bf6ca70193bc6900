namespace RebaseBatch.Benchmarks.Models;

/// <summary>The names of <see cref="ModelSet"/> in the options of a benchmark.</summary>
static class ModelSetOption
{
    public const string Names = "bundled, random, qwen-small, qwen or qwen-hidden";

    /// <exception cref="ArgumentException">No set has this name.</exception>
    public static ModelSet Read(string name) => name switch
    {
        "bundled" => ModelSet.Bundled,
        "random" => ModelSet.Random,
        "qwen-small" => ModelSet.QwenSmall,
        "qwen" => ModelSet.Qwen,
        "qwen-hidden" => ModelSet.QwenHidden,
        _ => throw new ArgumentException($"there are no models '{name}': name {Names}"),
    };
}
