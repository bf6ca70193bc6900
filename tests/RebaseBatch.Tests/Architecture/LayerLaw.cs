namespace RebaseBatch.Tests.Architecture;

/// <summary>
/// Which layers of the worker, and which parts of Inference, may see which. docs/architecture.md says what each of them is.
/// </summary>
static class LayerLaw
{
    static readonly string[] s_inference =
        ["Inference.Ports", "Inference.Gguf", "Inference.Scheduling", "Inference.Steps", "Inference.Rewards", "Inference.Embeddings",
            "Inference.Catalog", "Inference.Remote", "Inference.Loading"];

    /// <summary>
    /// What each part sees besides itself and contracts. A layer's name stands for all of its parts. Only Loading sees Llama, where the
    /// native calls are: all others use the ports.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        ["Core"] = [],
        ["Platform"] = ["Core", "Migrations"],
        ["Inference.Ports"] = ["Core", "Platform"],
        ["Inference.Gguf"] = ["Core", "Platform"],
        ["Inference.Llama"] = ["Core", "Platform", "Inference.Ports", "Inference.Gguf"],
        ["Inference.Scheduling"] = ["Core", "Platform", "Inference.Ports"],
        ["Inference.Steps"] = ["Core", "Platform", "Inference.Ports", "Inference.Scheduling"],
        ["Inference.Rewards"] = ["Core", "Platform", "Inference.Ports", "Inference.Scheduling"],
        ["Inference.Embeddings"] = ["Core", "Platform", "Inference.Ports", "Inference.Scheduling"],
        ["Inference.Catalog"] = ["Core", "Platform", "Inference.Ports", "Inference.Gguf", "Inference.Steps", "Inference.Rewards"],
        ["Inference.Remote"] =
            ["Core", "Platform", "Inference.Ports", "Inference.Gguf", "Inference.Scheduling", "Inference.Steps", "Inference.Rewards",
                "Inference.Catalog"],
        ["Inference.Loading"] = ["Core", "Platform", "Inference.Llama", .. s_inference[..^1]],
        ["Durable"] = ["Core", "Platform"],
        ["Solving"] = ["Core", "Platform", .. s_inference, "Durable"],
        ["Evaluation"] = ["Core", "Platform", .. s_inference, "Durable"],
        ["Edge"] = ["Core", "Platform", .. s_inference, "Durable", "Solving", "Evaluation", "Migrations"],
        ["Hosting"] = ["Core", "Platform", .. s_inference, "Durable", "Solving", "Evaluation", "Edge", "Migrations"],
        ["Commands"] = ["Core", "Platform", .. s_inference, "Durable", "Solving", "Evaluation", "Edge", "Hosting", "Migrations"],
        ["Program"] = ["Hosting", "Commands"],
    };

    /// <summary>
    /// The part that a namespace below RebaseBatch belongs to, such as <c>Inference.Steps</c> or <c>Durable</c>; null for contracts.
    /// </summary>
    /// <param name="space">Without the leading <c>RebaseBatch.</c>; of the worker's root: empty.</param>
    public static string? PartOf(string space) => space.Split('.') switch
    {
        ["" or "Program", ..] => "Program",
        ["Contracts", ..] => null,
        ["Inference", var part, ..] => $"Inference.{part}",
        var parts => parts[0],
    };

    /// <summary>One sentence for each line that breaks the law, with the file, the line's number and the line.</summary>
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        let part = PartOf(file.Folder)!
        from mention in file.Mentions
        let seen = PartOf(mention.Space)
        where seen is not null && seen != part && !(Allowed.TryGetValue(part, out var allowed) && allowed.Contains(seen))
        select $"{file.Path}:{mention.Line}: {part} must not see {seen}: {mention.Text}";
}
