using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Finds the problems that were lost and won between two runs. It holds one cell's problems in memory at a time.</summary>
sealed class FlipReader(FlipStore store)
{
    sealed record Found(FlipCell Cell, List<(FlipPair Seed, PairedProblem Problem)> Flips,
        List<(FlipPair Seed, PairedProblem Problem)> Unpaired)
    {
        public int Apart { get; set; }
    }

    /// <summary>Jobs that have not ended are left out; the caller says so.</summary>
    public async Task<FlipReport> ReadAsync(FlipRun first, FlipRun second, FlipChoice choice, CancellationToken ct)
    {
        // Of both runs together: then the keys of their datasets are of one kind.
        var jobs = await store.JobsAsync([.. first.Jobs.Union(second.Jobs)], ct);
        var pairing = CellPairing.Of(first, Of(first), second, Of(second));
        var found = new List<Found>();
        foreach (var (title, seeds) in pairing.Cells) found.Add(await CellAsync(title, seeds, choice, ct));
        var flips = Chosen(found, cell => cell.Flips, choice.Limit);
        var unpaired = Chosen(found, cell => cell.Unpaired, choice.Limit);
        var answers = await store.AnswersAsync(Wanted([.. flips, .. unpaired]), ct);
        return new()
        {
            First = first,
            Second = second,
            Cells = [.. found.Select(one => one.Cell)],
            Gaps = pairing.Gaps,
            Flips = [.. flips.Select(one => FlipOf(one.Cell.Title, one.Seed, one.Problem, answers)).OfType<Flip>()],
            FlipsLeftOut = found.Sum(one => one.Flips.Count) - flips.Count,
            FlipsApart = found.Sum(one => one.Apart),
            Unpaired = [.. unpaired.Select(one => UnpairedOf(one, first, second, answers)).OfType<UnpairedProblem>()],
            UnpairedLeftOut = found.Sum(one => one.Unpaired.Count) - unpaired.Count,
        };

        List<FlipJob> Of(FlipRun run) => [.. jobs.Where(job => run.Jobs.Contains(job.JobId))];
    }

    async Task<Found> CellAsync(string title, IReadOnlyList<FlipPair> seeds, FlipChoice choice, CancellationToken ct)
    {
        var tally = new FlipTally();
        var (flips, unpaired) = (new List<(FlipPair, PairedProblem)>(), new List<(FlipPair, PairedProblem)>());
        var apart = 0;
        foreach (var seed in seeds)
        {
            await foreach (var problem in store.ProblemsAsync(seed, ct))
            {
                tally.Add(problem);
                if (choice.Has(problem)) flips.Add((seed, problem));
                else if (problem.Flip is not null && choice.IsApart(problem)) apart++;
                if (problem.IsUnpaired) unpaired.Add((seed, problem));
            }
        }

        return new(tally.ToCell(title, seeds), [.. flips.OrderBy(one => one.Item2.Flip).ThenBy(one => one.Item2.Place)], unpaired)
        {
            Apart = apart,
        };
    }

    static List<(FlipCell Cell, FlipPair Seed, PairedProblem Problem)> Chosen(
        List<Found> found, Func<Found, List<(FlipPair Seed, PairedProblem Problem)>> list, int limit)
    {
        var shares = FairShares.Of([.. found.Select(cell => list(cell).Count)], limit);
        return [.. found.SelectMany((cell, i) => list(cell).Take(shares[i]).Select(one => (cell.Cell, one.Seed, one.Problem)))];
    }

    static Dictionary<long, JobSpec> Wanted(IReadOnlyList<(FlipCell Cell, FlipPair Seed, PairedProblem Problem)> chosen)
    {
        var wanted = new Dictionary<long, JobSpec>();
        foreach (var (_, seed, problem) in chosen)
        {
            if (problem.First is { Answered: true } first) wanted[first.ProblemId] = seed.First.Spec;
            if (problem.Second is { Answered: true } second) wanted[second.ProblemId] = seed.Second.Spec;
        }

        return wanted;
    }

    // A job may be deleted, or regraded, while it is read: then its flips are missing and not wrong.
    static Flip? FlipOf(string cell, FlipPair seed, PairedProblem problem, IReadOnlyDictionary<long, StoredAnswer> answers) =>
        problem is { First: { } first, Second: { } second, Flip: { } kind }
            && answers.TryGetValue(first.ProblemId, out var before) && answers.TryGetValue(second.ProblemId, out var after)
            ? new()
            {
                Kind = kind,
                Cell = cell,
                Seed = seed.Seed,
                CustomId = before.CustomId,
                Groups = problem.Groups,
                Question = before.Question,
                Gold = before.Gold ?? "",
                First = before.Side,
                Second = after.Side,
            }
            : null;

    static UnpairedProblem? UnpairedOf((FlipCell Cell, FlipPair Seed, PairedProblem Problem) one, FlipRun first, FlipRun second,
        IReadOnlyDictionary<long, StoredAnswer> answers)
    {
        var (mine, other, run, without, job) = one.Problem.First is { Answered: true }
            ? (one.Problem.First.Value, one.Problem.Second, first, second, one.Seed.Second)
            : (one.Problem.Second!.Value, one.Problem.First, second, first, one.Seed.First);
        if (!answers.TryGetValue(mine.ProblemId, out var answer)) return null;
        // A run of one job has the job's name.
        var its = without.Name == $"job {job.JobId}" ? without.Name : $"job {job.JobId} of {without.Name}";
        var why = other is null ? $"the dataset of {without.Name} does not have it"
            : $"{its} {(job.Completed ? "has no result for it" : "was cancelled before it")}";
        return new(run.Name, one.Cell.Title, one.Seed.Seed, answer.CustomId, answer.Question, why, mine.Correct)
        {
            Groups = one.Problem.Groups,
            Gold = answer.Gold,
            Side = answer.Side,
        };
    }
}
