namespace RebaseBatch.Inference.Ports;

/// <summary>What is read from a model at a token.</summary>
enum ModelOutput
{
    /// <summary>One number per vocabulary entry.</summary>
    Logits,

    /// <summary>The last layer's normalized state, which a reward model's head turns into a score.</summary>
    HiddenState,
}
