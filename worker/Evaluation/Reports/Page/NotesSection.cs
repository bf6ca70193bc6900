namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>How every figure of the page was made.</summary>
static class NotesSection
{
    public static Section Of() => new("notes", "How to read the figures", Xhtml.Of("ul", null, new[]
    {
        "Accuracy is over the problems with a gold answer; a problem that failed, or whose search finished no solution, counts as wrong.",
        "Policy FLOPs are 2 × parameters × tokens sampled from the policy, the column of the REBASE paper (arXiv 2408.00724): neither prompts nor the reward model count.",
        "Policy and reward FLOPs are 2 × parameters × tokens that really went through either model, prompts included. A majority vote of independent samples and a greedy solution need no scores: the reward model's part is left out for them, even where a job had it run.",
        $"Intervals are 95\u00a0% percentiles of {PairedBootstrap.Replicates} bootstrap samples of the problems, the same samples for every point, from a fixed seed: the same data give the same page. They say how figures would vary with other problems of the kind, not with other seeds, and are too narrow for few problems, or where all come out alike: down to a point.",
        "Lines differ in the width alone. Where jobs differ in their seed alone, a point is their mean.",
        "A figure that was picked as the best of many is, on average, better than what it was picked from would show again.",
    }.Select(note => Xhtml.Of("li", null, note))));
}
