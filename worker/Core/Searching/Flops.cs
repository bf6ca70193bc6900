namespace RebaseBatch.Core.Searching;

/// <summary>Floating-point operations of a model.</summary>
static class Flops
{
    /// <summary>
    /// 2 × parameters × tokens: a forward pass takes about two operations per parameter and token (Kaplan et al. 2020, arXiv 2001.08361,
    /// section 2.1). The usage of a failed problem is written by SQL, which states the same rule.
    /// </summary>
    /// <param name="parameters">Number of the model's parameters.</param>
    /// <param name="tokens">Tokens that the model decodes; an estimate need not be a whole number.</param>
    public static double Of(long parameters, double tokens) => 2.0 * parameters * tokens;
}
