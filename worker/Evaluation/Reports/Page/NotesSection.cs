namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>How every figure of the page was made.</summary>
static class NotesSection
{
    public static Section Of() => new("notes", "How to read the figures", Xhtml.Of("ul", null, new[]
    {
        "Accuracy is over the problems that have a gold answer. A problem that failed (its result is an error) is left out of every "
            + "figure and counted beside it. A problem that the model left unanswered counts as not right. A point that lacks more than a "
            + "tenth of its problems is shown, but is not on the front and not called the best, unless every point lacks so many.",
        "Policy FLOPs are 2 × parameters × tokens sampled from the policy, the column of the REBASE paper (arXiv "
            + "2408.00724): neither prompts nor the reward model count.",
        "Policy and reward FLOPs are 2 × parameters × tokens that really went through either model, prompts included. A majority vote of "
            + "independent samples and a greedy solution need no scores: for them the reward model's part does not count, even if the job "
            + "ran it.",
        "Intervals of an accuracy are 95\u00a0% score intervals (Wilson's; with several seeds by the effective number of answers). They "
            + "show how figures would vary with other problems of the same kind and with other seeds. That of the limit of votes has the "
            + "95\u00a0% percentiles of bootstrap samples of the problems, from a fixed seed: the same data give the same page. It is "
            + "too narrow for few problems, and if all problems have the same result, it is a single point.",
        "Along a line only the width changes. If jobs differ only in their seed, a point is their mean.",
        "The best of many figures is, on average, better than the same search would be if it were run again.",
    }.Select(note => Xhtml.Of("li", null, note))));
}
