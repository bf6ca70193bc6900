using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>
/// Judges a run: its cells and the policy give the verdict. Pure. Holm's correction is over the critical cells that can differ, so the
/// chance of a false <see cref="GateAnswer.Block"/> in a run is at most the policy's level. docs/manual.md has the table of answers.
/// </summary>
static class GateJudgment
{
    /// <param name="cells">All cells of the baseline and of the run.</param>
    public static GateVerdict Of(JudgedRun run, IReadOnlyList<PairedCell> cells, GatePolicy policy)
    {
        var held = cells.Where(cell => cell.IsInBaseline).ToList();
        var gone = GoneCells.SeedsOf(run);
        IReadOnlyList<GateCell> judged = [.. Judged(held, policy, gone), .. GoneCells.Of(run, policy)];
        var compared = held.Where(cell => cell.Gap is null).ToList();
        var differing = held.Where(cell => cell.Gap is null && !cell.IsSameJob).ToList();
        var (answer, reason) = RunAnswer.Of(judged, policy);
        return new()
        {
            Answer = answer,
            Reason = reason,
            Schedule = run.Schedule,
            DueAt = run.DueAt,
            FinishedAt = run.FinishedAt,
            MeasuredAt = compared.SelectMany(cell => cell.Paired).Max(pair => pair.RunFinishedAt),
            Repeated = compared.Count(cell => cell.IsRepeated),
            SweepId = run.SweepId,
            SweepName = run.SweepName,
            BaselineSweepId = run.Baseline,
            BaselineFinishedAt = run.BaselineFinishedAt,
            Cells = judged,
            NotInBaseline = [.. cells.Where(cell => !cell.IsInBaseline).Select(cell => cell.Title)],
            // Many cells of one run differ in the same way.
            EngineChanges =
            [
                .. differing.SelectMany(cell => Environments.RanOn.Differences(cell.RanOn)).Distinct(),
                .. Engines.GraderChangeOf(differing) is { } graded ? (string[])[graded] : [],
            ],
            RanOn = Engines.FactsOf(differing),
            Level = policy.Level,
            Power = policy.Power,
            SmallestDrop = judged.Where(cell => cell.Tier is CellTier.Critical).Max(cell => cell.SmallestDrop),
        };
    }

    static IReadOnlyList<GateCell> Judged(List<PairedCell> cells, GatePolicy policy, ILookup<int, string> gone)
    {
        var rules = cells.Select(cell => CellPolicy.Of(policy, cell.Spec, cell.Dataset)).ToList();
        var untested = cells.Select(cell => Untested(cell, policy)).ToList();
        bool IsTest(int i, CellTier tier) => untested[i] is null && rules[i].Tier == tier;
        var critical = Enumerable.Range(0, cells.Count).Where(i => IsTest(i, CellTier.Critical)).ToList();
        var outcomes = cells.Select((cell, i) => untested[i]?.Answer is GateAnswer.Incomparable && cell.Outcomes.Count == 0
            ? null : new PairedOutcomes(cell.Outcomes)).ToList();
        var adjusted = critical.Zip(Holm.Adjusted([.. critical.Select(i => outcomes[i]!.SecondIsWorse)])).ToDictionary();
        return
        [
            .. cells.Select((cell, i) => Whole(cell, untested[i] is { } why
                ? Told(cell, rules[i], outcomes[i], gone, why)
                : CellTest.Of(Told(cell, rules[i], outcomes[i], gone, (default, "")), outcomes[i]!, policy,
                    // Holm's first step: a drop that is seen there is seen whatever the other cells show.
                    rules[i].Tier is CellTier.Critical ? policy.Level / critical.Count : policy.Level,
                    adjusted.TryGetValue(i, out var corrected) ? corrected : outcomes[i]!.SecondIsWorse))),
            .. policy.Cells.Where(rule => rule.Tier is CellTier.Critical)
                .Where(rule => !cells.Any(cell => CellPolicy.Fits(rule, cell.Spec, cell.Dataset))).Select(Missing),
        ];
    }

    /// <summary>The answer to a cell that needs no test; null for one that does.</summary>
    static (GateAnswer Answer, string Reason)? Untested(PairedCell cell, GatePolicy policy) =>
        cell.Gap is { } gap ? (GateAnswer.Incomparable, gap)
        : policy.RequireFresh is true && cell.Pairs.Any(pair => pair.IsRepeated) ? (GateAnswer.Incomparable,
            "the run has results of before, and the gate asks for new ones (require_fresh): add the schedule with --fresh")
        : cell.IsSameJob ? (GateAnswer.Pass, "the run has the baseline's own results: the database had them already")
        : policy.AllowEngineChange || Engines.ChangeOf(cell) is not { } change ? null
        : (GateAnswer.Incomparable, change);

    // What the other seeds lost stays told.
    static GateCell Whole(PairedCell cell, GateCell judged) =>
        cell.IsCut && judged.Answer is (GateAnswer.Pass or GateAnswer.Inconclusive)
            ? judged with { Answer = GateAnswer.Incomparable, Reason = $"not all its seeds ran to their end; {judged.Reason}" }
            : judged;

    /// <param name="gone">The baseline's seeds that were deleted, by the places of the others of their cells.</param>
    static GateCell Told(PairedCell cell, CellPolicy rule, PairedOutcomes? outcomes, ILookup<int, string> gone,
        (GateAnswer Answer, string Reason) why)
    {
        IReadOnlyList<string> missing =
        [
            .. cell.MissingSeeds, .. cell.Pairs.SelectMany(pair => pair.BaselinePlace is { } place ? gone[place] : []).Distinct(),
        ];
        var told = new GateCell
        {
            Title = cell.Title,
            Tier = rule.Tier,
            Answer = why.Answer,
            Reason = string.Join("; ", missing.Prepend(why.Reason).Where(part => part.Length > 0)),
            MissingSeeds = missing,
            BaselineJobs = cell.Paired.Count > 0
                ? [.. cell.Paired.Select(pair => pair.BaselineJob!.Value)]
                : [.. cell.Pairs.Select(pair => pair.BaselineJob).OfType<long>()],
            RunJobs = [.. cell.Paired.Select(pair => pair.RunJob!.Value)],
            Seeds = cell.Paired.Count,
            LeftOut = cell.LeftOut,
        };
        if (cell.Gap is not null || outcomes is null) return told;
        var change = outcomes.Change;
        return told with
        {
            Problems = outcomes.Problems,
            Before = outcomes.First,
            After = outcomes.Second,
            ChangeLow = change.Low,
            ChangeHigh = change.High,
            Lost = outcomes.Lost,
            Won = outcomes.Won,
            MaxDrop = rule.Tolerated(outcomes.First),
        };
    }

    static GateCell Missing(GateRule rule) => new()
    {
        Title = RuleText.Of(rule),
        Tier = rule.Tier,
        Answer = GateAnswer.Incomparable,
        Reason = "the baseline has no cell that fits this rule of the policy",
        BaselineJobs = [],
        RunJobs = [],
    };
}
