namespace RebaseBatch.Inference.Ports;

/// <summary>What is read of a model at a token.</summary>
enum ModelOutput
{
    /// <summary>One number a vocabulary entry.</summary>
    Logits,

    /// <summary>The last layer's normalized state, which a head of its own makes something of.</summary>
    HiddenState,
}
