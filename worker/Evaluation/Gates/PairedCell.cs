using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Environments;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>A cell in two runs, over all seeds: the same problems, settings without the seed, and models' names. Pure.</summary>
/// <param name="Pairs">One for each seed that either run has; at least one.</param>
sealed record PairedCell(string Title, IReadOnlyList<JobPair> Pairs)
{
    public JobSpec Spec => Pairs[0].Spec;

    public string Dataset => Pairs[0].Dataset;

    /// <summary>
    /// The seeds that completed in both runs. Those with the baseline's own job are left out if others were run anew: they are equal by
    /// definition, and would hide a drop of the others.
    /// </summary>
    public IReadOnlyList<JobPair> Paired { get; } = Compared(Pairs);

    /// <summary>Those of them that are two jobs: only these can differ.</summary>
    public IEnumerable<JobPair> Tested => Paired.Where(pair => !pair.IsSameJob);

    public bool IsInBaseline => Pairs.Any(pair => pair.BaselineJob is not null);

    /// <summary>Whether the run uses the baseline's own jobs: the results are equal, and there is nothing to test.</summary>
    public bool IsSameJob => Paired.Count > 0 && !Tested.Any();

    /// <summary>Whether the run did nothing for this cell: all its results were there before it.</summary>
    public bool IsRepeated => Paired.Count > 0 && Paired.All(pair => pair.IsRepeated);

    /// <summary>Whether a seed of the baseline was begun and not completed in the run, though others were.</summary>
    public bool IsCut => Paired.Count > 0
        && Pairs.Any(pair => pair is { BaselineCompleted: true, RunJob: not null, RunCompleted: false });

    /// <summary>The problems that both runs graded with at least one seed, over all such seeds.</summary>
    public IReadOnlyList<PairedOutcome> Outcomes { get; } = Pool([.. Compared(Pairs).Select(pair => pair.Problems)]);

    /// <summary>Answers that failed in either run, over all seeds; they are not compared.</summary>
    public int LeftOut => Paired.Sum(pair => pair.Problems.Count(letter => letter == JobPair.Failed));

    int Graded => Outcomes.Sum(problem => problem.Seeds);

    /// <summary>Why there is nothing to compare; null if there is something.</summary>
    public string? Gap => Paired.Count == 0 ? GapOf(Pairs[0])
        : FailedShare.IsTooLarge(LeftOut, Graded + LeftOut)
            ? $"{LeftOut} of {Graded + LeftOut} {Answers} failed in the run or in the baseline, more than a tenth"
        : Outcomes.Count == 0 ? "none of its problems has a gold answer"
        : null;

    /// <summary>The seeds of the baseline that are not compared though others are, one line each.</summary>
    public IEnumerable<string> MissingSeeds => Paired.Count == 0 ? []
        : Pairs.Where(pair => pair.BaselineJob is not null && !Paired.Contains(pair))
            .Select(pair => $"seed {pair.Spec.Seed}: {GapOf(pair)}");

    /// <summary>What one graded answer is called: with one seed it is a problem.</summary>
    public string Answers => Paired.Count > 1 ? "answers" : "problems";

    /// <summary>What both runs ran on.</summary>
    public IReadOnlyList<RanOn> RanOn =>
    [
        new("baseline", Spec.Policy, Spec.Reward, [.. Tested.SelectMany(pair => pair.BaselineRanOn)]),
        new("run", Spec.Policy, Spec.Reward, [.. Tested.SelectMany(pair => pair.RunRanOn)]),
    ];

    /// <summary>The cells of two runs, in the order in which their jobs come.</summary>
    public static IReadOnlyList<PairedCell> Of(IEnumerable<JobPair> pairs)
    {
        var cells = pairs.GroupBy(pair => (pair.DatasetSha256, JobInputs.HashOf(pair.Spec with { Seed = 0 })))
            .Select(cell => cell.OrderBy(pair => pair.Spec.Seed).ToList()).ToList();
        var titles = GateCellTitles.Of([.. cells.Select(cell => (cell[0].Spec, cell[0].Dataset))]);
        return [.. cells.Zip(titles, (cell, title) => new PairedCell(title, cell))];
    }

    static List<JobPair> Compared(IReadOnlyList<JobPair> pairs)
    {
        var paired = pairs.Where(pair => pair.IsPaired).ToList();
        return paired.Exists(pair => !pair.IsSameJob) ? [.. paired.Where(pair => !pair.IsSameJob)] : paired;
    }

    static string GapOf(JobPair pair) => pair switch
    {
        { IsPaired: true } => "the run has the baseline's own results",
        { BaselineJob: { } job, BaselineCompleted: false } => $"the baseline's job {job} was not completed",
        { RunJob: null } => "the run has no cell with the same problems, settings and models",
        { RunCompleted: false, RunJob: var job } => $"the run's job {job} was cancelled",
        _ => "the baseline has no cell with the same problems, settings and models",
    };

    // All seeds have the same problems, so that a place is a problem.
    static IReadOnlyList<PairedOutcome> Pool(IReadOnlyList<string> seeds) => seeds.Count == 0 ? []
        : [.. Enumerable.Range(0, seeds.Min(seed => seed.Length)).Select(place => Outcome([.. seeds.Select(seed => seed[place])]))
            .Where(problem => problem.Seeds > 0)];

    static PairedOutcome Outcome(IReadOnlyList<char> letters) => new(
        letters.Count(letter => letter is JobPair.OnlyBaseline or JobPair.Both),
        letters.Count(letter => letter is JobPair.OnlyRun or JobPair.Both),
        letters.Count(letter => letter is not (JobPair.Failed or JobPair.Ungraded)));
}
