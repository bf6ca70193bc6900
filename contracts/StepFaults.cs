namespace RebaseBatch.Contracts;

/// <summary>Why a job can't have its settings of which steps are scored, and by what.</summary>
static class StepFaults
{
    public static IEnumerable<string> Of(JobSpec spec)
    {
        if (spec.Lookahead is < 0 or > 20) yield return $"lookahead: {spec.Lookahead} is not within 0 to 20";
        if (spec.Lookahead != 0 && spec.Strategy is not SearchStrategy.Beam)
            yield return $"lookahead: it is for the strategy beam only, not for {StoredNames.Of(spec.Strategy)}";
        if (spec.ScoreEvery is < 1 or > 100) yield return $"score-every: {spec.ScoreEvery} is not within 1 to 100";
        if (spec.ScoreEvery == 1) yield break;
        if (spec.Strategy is not (SearchStrategy.Beam or SearchStrategy.Rebase))
            yield return $"score-every: it is for the strategies rebase and beam only, not for {StoredNames.Of(spec.Strategy)}";
        if (spec.Preset is Preset.Authors)
            yield return "score-every: the authors' code scores every step: leave out --score-every or --preset authors";
        if (spec.Lookahead != 0)
            yield return "score-every: with a lookahead only the rollouts are scored: leave out --score-every or --lookahead";
    }
}
