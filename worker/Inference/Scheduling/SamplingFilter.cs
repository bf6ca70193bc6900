using RebaseBatch.Contracts;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// Which tokens may be drawn. Each filter keeps the first tokens in order of falling probability; among equal ones the lower id comes
/// first. The filters apply one after the other, and the remaining tokens are drawn by their shares.
/// </summary>
/// <param name="TopK">Keeps this many tokens; 0 is off.</param>
/// <param name="TopP">Keeps the fewest tokens that hold this share of what top-k leaves, above 0; 1 is off.</param>
/// <param name="MinP">Keeps the tokens whose probability is at least this share of the highest one; 0 is off.</param>
/// <remarks>
/// The probabilities are those at the job's temperature: temperature comes first, as in vLLM, SGLang and Hugging Face's transformers, which
/// the compared papers used. In llama.cpp's default chain temperature comes last, so the filters see temperature 1; at temperature 1 both
/// are the same. The order of the filters, k then p then min-p, is llama.cpp's.
/// </remarks>
sealed record SamplingFilter(int TopK = 0, double TopP = 1, double MinP = 0)
{
    public static readonly SamplingFilter Off = new();

    public bool IsOff => TopK == 0 && TopP >= 1 && MinP <= 0;

    public static SamplingFilter Of(JobSpec spec) => new SamplingFilter(spec.TopK, spec.TopP, spec.MinP) is { IsOff: false } filter
        ? filter : Off;
}
