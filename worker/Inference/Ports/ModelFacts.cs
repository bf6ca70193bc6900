using System.Globalization;

namespace RebaseBatch.Inference.Ports;

/// <summary>What a model file says about itself.</summary>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Bytes">Size of the weights in memory.</param>
/// <param name="TrainContext">Longest sequence the model was trained on, in tokens.</param>
/// <param name="KvBytesPerCell">Memory of one KV cell (one token) at 16 bits.</param>
/// <param name="HeadSize">Width of one attention head.</param>
/// <param name="Width">Numbers in a hidden state.</param>
sealed record ModelFacts(string Description, long Parameters, long Bytes, int VocabularySize, int TrainContext, long KvBytesPerCell,
    int HeadSize, int Width)
{
    /// <summary>
    /// The facts of a model of which only the vocabulary was loaded. There are no weights in memory, and llama.cpp does not read the shape
    /// of its layers, so these facts are 0.
    /// </summary>
    /// <param name="parameters">Number of weights in the file; 0 when it has a vocabulary only.</param>
    /// <param name="metadata">Reads a metadata value of the file; null where there is none.</param>
    /// <returns>With a <see cref="TrainContext"/> of 0 when the file states none.</returns>
    public static ModelFacts OfVocabulary(string description, long parameters, int size, Func<string, string?> metadata)
    {
        _ = int.TryParse(metadata($"{metadata("general.architecture")}.context_length"), CultureInfo.InvariantCulture, out var context);
        return new(description, parameters, Bytes: 0, size, context, KvBytesPerCell: 0, HeadSize: 0, Width: 0);
    }
}
