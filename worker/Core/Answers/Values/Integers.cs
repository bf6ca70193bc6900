using System.Numerics;

namespace RebaseBatch.Core.Answers.Values;

/// <summary>Roots of whole numbers.</summary>
static class Integers
{
    /// <summary>The largest integer whose power is at most <paramref name="value"/>, by Newton's method from above.</summary>
    /// <param name="value">0 or more.</param>
    /// <param name="degree">1 or more.</param>
    public static BigInteger Root(BigInteger value, int degree)
    {
        if (value <= 1 || degree == 1) return value;
        var bits = (int)((value.GetBitLength() + degree - 1) / degree);
        var root = BigInteger.One << bits;
        while (true)
        {
            var next = ((root * (degree - 1)) + (value / BigInteger.Pow(root, degree - 1))) / degree;
            if (next >= root) return root;
            root = next;
        }
    }

    /// <summary>The root when it is whole; null otherwise, also for negative values.</summary>
    public static BigInteger? ExactRoot(BigInteger value, int degree)
    {
        if (value.Sign < 0) return null;
        if (value > 1 && degree >= value.GetBitLength()) return null; // it would lie between 1 and 2
        var root = Root(value, degree);
        return BigInteger.Pow(root, degree) == value ? root : null;
    }
}
