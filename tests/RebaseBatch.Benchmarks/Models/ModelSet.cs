namespace RebaseBatch.Benchmarks.Models;

/// <summary>A policy and a reward model that a benchmark runs on.</summary>
enum ModelSet
{
    /// <summary>Bundled policy S and the bundled reward model.</summary>
    Bundled,

    /// <summary>Random weights, 110M, twice.</summary>
    Random,

    /// <summary>Random weights of Qwen2.5-0.5B's shape, twice. The score is read from two labels.</summary>
    QwenSmall,

    /// <summary>Policy of Qwen2.5-0.5B's shape, reward model of Qwen2.5-1.5B's. The score is read from two labels.</summary>
    Qwen,

    /// <summary>The same weights. The score is read from the hidden state, as Skywork's models of these sizes are.</summary>
    QwenHidden,
}
