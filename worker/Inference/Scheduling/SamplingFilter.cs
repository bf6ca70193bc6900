using RebaseBatch.Contracts;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// Which tokens may be drawn at all. Each filter keeps a run from the top of the tokens by falling probability, of equal ones the lower id
/// first; they apply one after the other, and what they leave is drawn by its shares.
/// </summary>
/// <param name="TopK">So many tokens; 0 is off.</param>
/// <param name="TopP">The fewest tokens that hold this share of what top-k leaves, above 0; 1 is off.</param>
/// <param name="MinP">Tokens at least this share as likely as the likeliest; 0 is off.</param>
/// <remarks>
/// The probabilities are those at the job's temperature: temperature comes first, as in vLLM, SGLang and Hugging Face's transformers, which
/// the papers compared here were run with. In llama.cpp's default chain it comes last, so that the filters see temperature 1; at
/// temperature 1 the two are the same. The filters' own order, k then p then min-p, is llama.cpp's.
/// </remarks>
sealed record SamplingFilter(int TopK = 0, double TopP = 1, double MinP = 0)
{
    public static readonly SamplingFilter Off = new();

    public bool IsOff => TopK == 0 && TopP >= 1 && MinP <= 0;

    public static SamplingFilter Of(JobSpec spec) => new SamplingFilter(spec.TopK, spec.TopP, spec.MinP) is { IsOff: false } filter ? filter : Off;
}
