namespace RebaseBatch.Inference.Ports;

/// <summary>What a model file says about itself.</summary>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Bytes">Size of the weights in memory.</param>
/// <param name="TrainContext">Longest sequence the model was trained on, in tokens.</param>
/// <param name="KvBytesPerCell">Memory of one KV cell (one token) at 16 bits.</param>
/// <param name="HeadSize">Width of one attention head.</param>
/// <param name="Width">Numbers in a hidden state.</param>
sealed record ModelFacts(string Description, long Parameters, long Bytes, int VocabularySize, int TrainContext, long KvBytesPerCell,
    int HeadSize, int Width);
