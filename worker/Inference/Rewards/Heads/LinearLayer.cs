using System.Numerics.Tensors;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards.Heads;

/// <summary>y = W x + b. Safe to use from several threads at once.</summary>
/// <param name="weights">Row after row, <paramref name="inputs"/> numbers each.</param>
/// <param name="biases">One per row.</param>
sealed class LinearLayer(float[] weights, float[] biases, int inputs)
{
    public int Outputs => biases.Length;

    /// <summary>Reads NAME.weight of shape [outputs, inputs] and NAME.bias of shape [outputs].</summary>
    /// <exception cref="UserException">The file lacks one of them, or it has another shape.</exception>
    public static LinearLayer Read(SafetensorsFile file, string name, int outputs, int inputs) =>
        new(file.Read(name + ".weight", outputs, inputs), file.Read(name + ".bias", outputs), inputs);

    /// <param name="x"><c>inputs</c> numbers.</param>
    /// <param name="y">Takes <see cref="Outputs"/> numbers.</param>
    public void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var row = 0; row < biases.Length; row++) y[row] = TensorPrimitives.Dot(weights.AsSpan(row * inputs, inputs), x) + biases[row];
    }
}
