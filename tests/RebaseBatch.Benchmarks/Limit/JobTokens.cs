namespace RebaseBatch.Benchmarks.Limit;

/// <summary>Tokens that a job's trees can't do without, each read once by its model.</summary>
/// <param name="Prompts">Tokens of the policy's prompts.</param>
/// <param name="Sampled">Tokens that the policy reads one by one, between two draws.</param>
/// <param name="Questions">Tokens that the reward model reads before the first steps.</param>
/// <param name="Scored">Tokens of the steps that it scores.</param>
readonly record struct JobTokens(long Prompts, long Sampled, long Questions, long Scored)
{
    public static JobTokens operator +(JobTokens a, JobTokens b) =>
        new(a.Prompts + b.Prompts, a.Sampled + b.Sampled, a.Questions + b.Questions, a.Scored + b.Scored);
}
