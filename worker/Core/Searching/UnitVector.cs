using System.Numerics.Tensors;

namespace RebaseBatch.Core.Searching;

/// <summary>
/// The direction of an embedding: a vector of length 1, as it is stored with a node.
/// <para>
/// A node stores the vector and not its γ, because γ depends on all open nodes of the level, and a node is stored when its own step is
/// done. The others of its level may end later, and on another worker. 16-bit floats moved a cosine of random vectors (384 and 1,024
/// numbers) by at most 2e-5, and T_s is 0.01. Eight bits with a scale moved it by up to 0.006 where one number is much larger than the
/// others, as it is in decoders.
/// </para>
/// </summary>
static class UnitVector
{
    /// <param name="embedding">An embedding of any length.</param>
    /// <returns>Null for one that has no direction: it is 0 or not finite.</returns>
    public static Half[]? Of(ReadOnlySpan<float> embedding)
    {
        var length = 0.0;
        foreach (var x in embedding) length += (double)x * x;
        length = Math.Sqrt(length);
        if (!double.IsFinite(length) || length == 0) return null;
        var unit = new Half[embedding.Length];
        for (var i = 0; i < unit.Length; i++) unit[i] = (Half)(embedding[i] / length);
        return unit;
    }

    /// <summary>The vector as <see cref="Dot"/> takes it.</summary>
    public static double[] Widen(ReadOnlySpan<Half> vector)
    {
        var wide = new double[vector.Length];
        for (var i = 0; i < wide.Length; i++) wide[i] = (double)vector[i];
        return wide;
    }

    /// <summary>
    /// The scalar product of two vectors of <see cref="Widen"/>. It is exact: each product is a multiple of 2^-48, and the sums stay
    /// below 2. So it is the same in any order of the additions, on every processor.
    /// </summary>
    public static double Dot(ReadOnlySpan<double> one, ReadOnlySpan<double> other) => TensorPrimitives.Dot(one, other);
}
