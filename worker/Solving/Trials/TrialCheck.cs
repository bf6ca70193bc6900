namespace RebaseBatch.Solving.Trials;

/// <summary>One thing that a trial looked at.</summary>
/// <param name="Subject">What was looked at, in a word or two.</param>
/// <param name="Sentence">What was found; if it does not fit, what to change.</param>
sealed record TrialCheck(string Subject, TrialVerdict Verdict, string Sentence)
{
    public static TrialCheck Ok(string subject, string sentence) => new(subject, TrialVerdict.Ok, sentence);

    public static TrialCheck Advice(string subject, string sentence) => new(subject, TrialVerdict.Advice, sentence);

    public static TrialCheck Fails(string subject, string sentence) => new(subject, TrialVerdict.Fails, sentence);
}
