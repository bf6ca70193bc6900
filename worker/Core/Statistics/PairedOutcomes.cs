namespace RebaseBatch.Core.Statistics;

/// <summary>
/// Two runs over the same problems, each with one or several seeds. The problems are the sample; the seeds of a problem are not
/// independent of each other, so they count together (as a cluster).
/// </summary>
/// <param name="problems">At least one, each with at least one seed.</param>
sealed class PairedOutcomes(IReadOnlyList<PairedOutcome> problems)
{
    readonly Lazy<SignFlipTest> _test = new(() => SignFlipTest.Of(problems));
    readonly Lazy<DropModel> _drops = new(() => new(problems));

    public int Problems => problems.Count;

    /// <summary>Accuracy of the first run, each problem with the same weight; 0 to 1.</summary>
    public double First => problems.Average(problem => (double)problem.First / problem.Seeds);

    /// <summary>Accuracy of the second run.</summary>
    public double Second => problems.Average(problem => (double)problem.Second / problem.Seeds);

    /// <summary>
    /// By how many answers the first run is ahead, over the problems where it is ahead. With one seed: problems that only the first run
    /// solved.
    /// </summary>
    public int Lost => problems.Sum(problem => Math.Max(0, problem.First - problem.Second));

    /// <summary>By how many answers the second run is ahead, over the problems where it is ahead.</summary>
    public int Won => problems.Sum(problem => Math.Max(0, problem.Second - problem.First));

    /// <summary>Problems that the two runs solved unequally often.</summary>
    public int Discordant => problems.Count(problem => problem.First != problem.Second);

    /// <summary>Problems that the first run solved more often. With one seed: those that it alone solved.</summary>
    public int FirstAhead => problems.Count(problem => problem.First > problem.Second);

    /// <summary>Problems that the second run solved more often.</summary>
    public int SecondAhead => problems.Count(problem => problem.First < problem.Second);

    /// <summary>If the second run is not worse, the chance of a drop at least this great; 0 to 1. Exact.</summary>
    public double SecondIsWorse => _test.Value.Drop;

    /// <summary>If neither run is better, the chance of a difference at least this great, either way; 0 to 1. Exact.</summary>
    public double TwoSided => _test.Value.TwoSided;

    /// <summary>Second - First with its 95 % interval, -1 to 1.</summary>
    public Estimate Change => PairedInterval.Of(problems);

    /// <summary>
    /// The chance that <see cref="SecondIsWorse"/> is at most <paramref name="level"/> if accuracy truly drops (<see cref="DropModel"/>).
    /// </summary>
    /// <param name="drop">A share of the answers, 0 to 1. More than all right answers cannot be lost.</param>
    /// <param name="level">Above 0, below 1.</param>
    /// <param name="count">How many such problems there are; as many as here if null.</param>
    public double Power(double drop, double level, int? count = null) => _drops.Value.Power(drop, level, count ?? Problems);

    /// <summary>The smallest true drop that is found with this chance at this one-sided level.</summary>
    /// <returns>Above 0, at most 1. It is 1 if even the loss of every right answer is found less often.</returns>
    public double SmallestDrop(double level, double power) => _drops.Value.SmallestDrop(level, power, Problems);

    /// <summary>How many problems like these find a true drop with this chance at this one-sided level.</summary>
    /// <param name="drop">Above 0. More than all right answers counts as all.</param>
    /// <returns>At most a 200th too many; null if neither run solved anything, or if ten million are not enough.</returns>
    public int? ProblemsFor(double drop, double level, double power) => _drops.Value.ProblemsFor(drop, level, power);
}
