using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Solving;

/// <summary>
/// Runs one search: asks the strategy for the next wave of steps, takes from the stored nodes what an earlier attempt
/// sampled, has the models sample and score the rest. Resuming is the same path as running.
/// </summary>
/// <param name="job">What the whole job has spent; null when it has no budget.</param>
/// <param name="watched">Is told where the search stands; null when nobody looks.</param>
sealed class SearchRunner(JobSpec spec, ModelLease models, TimeProvider time, Action<SearchNode> finished, BatchSpending? job = null, SearchInFlight? watched = null)
{
    static long s_searches;

    readonly ISearchStrategy _strategy = StrategyFactory.Create(spec);
    readonly IStepRules _rules = StepRules.Of(spec, models.Policy.Prompt.AnswerMark);
    readonly SamplingFilter _filter = SamplingFilter.Of(spec);
    readonly StepSampler _policy = models.Policy.Sampler;

    /// <summary>Grows the problem's tree to its end, to the end of its budget or its job's, or until the vote is decided.</summary>
    /// <exception cref="ModelFaultException">The models can't serve this problem; others are not concerned.</exception>
    /// <exception cref="InvalidDataException">The stored nodes do not fit the job's strategy.</exception>
    public async Task<SearchOutcome> RunAsync(BatchProblem problem, CancellationToken ct)
    {
        var number = Interlocked.Increment(ref s_searches);
        var search = new RunningSearch(number, problem.Spec.Question, RandomStream.ForSearch(spec.Seed, problem.Ordinal),
            models.Policy.Prompt.Encode(_policy.Model, problem.Spec.Question), problem.StoredNodes.ToDictionary(n => n.No));
        var room = _policy.MaxSequenceTokens - search.Prompt.Length;
        if (room < 1) throw new ModelFaultException($"the prompt of {search.Prompt.Length} tokens leaves no room in the policy's context of {_policy.MaxSequenceTokens}");
        var limits = SearchLimits.Of(spec) with { MaxSolutionTokens = Math.Min(spec.MaxSolutionTokens, room) };
        var budget = new SearchBudget(spec.MaxTokensPerProblem, spec.MaxFlopsPerProblem, spec.MaxSecondsPerProblem, spec.Deadline?.ToUnixTimeMilliseconds() / 1000.0);
        var started = time.GetTimestamp();
        try
        {
            while (_strategy.NextWave(search.Tree) is { Count: > 0 } wave)
            {
                // A wave that was begun is finished, also after a resume: what is stored belongs to it.
                if (!wave.Any(step => search.Stored.ContainsKey(step.No)) && await EndAsync(wave) is { } early) return early;
                models.Retain(number, StillNeeded(search.Tree, wave));
                watched?.Begin(DepthOf(search.Tree, wave), _strategy.MostFurtherCandidates(search.Tree));
                foreach (var node in await GrowAsync(search, wave, limits, ct)) search.Tree.Add(node);
            }

            if (search.Stored.Count > 0) throw new InvalidDataException($"{search.Stored.Count} stored nodes do not belong to this search: the job's checkpoints are of another version");
            return new(search.Tree);
        }
        finally
        {
            models.Retain(number, new HashSet<int>());
        }

        async ValueTask<SearchOutcome?> EndAsync(IReadOnlyList<PlannedStep> wave)
        {
            if (budget.Reached(Spent()) is { } limit) return new(search.Tree, limit);
            if (job is not null && await job.ReachedAsync(models.Policy.Identity.Parameters, ct) is { } jobLimit) return new(search.Tree, jobLimit);
            if (!DecidedVote.Stands(spec, _strategy, search.Tree)) return null;
            return new(search.Tree, SearchOutcome.Decided, DecidedVote.SavedTokens(search.Tree, wave, _strategy.MostFurtherCandidates(search.Tree)));
        }

        Spending Spent()
        {
            var sampled = search.Tree.Nodes.Sum(n => (long)n.Cost.Sampled);
            return new(sampled, 2.0 * models.Policy.Identity.Parameters * sampled, problem.StoredSeconds + time.GetElapsedTime(started).TotalSeconds,
                time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        }
    }

    static int DepthOf(SearchTree tree, IReadOnlyList<PlannedStep> wave) => 1 + wave.Max(step => step.ParentNo == 0 ? 0 : tree[step.ParentNo].Depth);

    /// <summary>Nodes whose prefixes stay cached: the parents of this wave, and for a strategy that jumps back all that it may jump to.</summary>
    HashSet<int> StillNeeded(SearchTree tree, IReadOnlyList<PlannedStep> wave)
    {
        var needed = wave.Select(step => step.ParentNo).ToHashSet();
        if (spec.Strategy is SearchStrategy.Mcts) needed.UnionWith(tree.Nodes.Where(n => n.State == NodeState.Open).Select(n => n.No));
        return needed;
    }

    async Task<SearchNode[]> GrowAsync(RunningSearch search, IReadOnlyList<PlannedStep> wave, SearchLimits limits, CancellationToken ct)
    {
        // A stored step is never sampled again. All are looked up before anything is sampled: what does not fit must not leave
        // half a wave running behind it.
        var nodes = wave.ToDictionary(step => step.No, step => search.TakeStored(step) is { } stored ? Task.FromResult(stored) : null);
        var families = wave.Where(step => nodes[step.No] is null).GroupBy(step => step.ParentNo)
            .Select(family => (Parent: family.Key, Path: search.Tree.Path(family.Key), Children: family.ToList())).ToList();
        var requests = families.ConvertAll(family => Request(search, family.Path, family.Children, limits));
        models.Deal(search.Number, [.. families.Select(family => new Siblings(family.Parent, [.. family.Children.Select(child => child.No)]))]);
        foreach (var ((_, path, children), request) in families.Zip(requests))
        {
            var steps = _policy.Sample(request, ct);
            for (var i = 0; i < children.Count; i++) nodes[children[i].No] = FinishAsync(search, children[i], path, steps[i], limits, ct);
        }

        return await Task.WhenAll(wave.Select(step => nodes[step.No]!));
    }

    StepRequest Request(RunningSearch search, IReadOnlyList<SearchNode> path, IReadOnlyList<PlannedStep> children, SearchLimits limits)
    {
        var solution = path.Sum(n => n.Tokens.Length);
        return new()
        {
            Search = search.Number,
            Prefix = [.. search.Prompt, .. path.SelectMany(n => n.Tokens)],
            // The parent's own last token was drawn, but is encoded only now.
            EncodedBefore = search.IsBegun(path) ? search.Prompt.Length + solution : path.Count == 0 ? 0 : search.Prompt.Length + solution - 1,
            Depth = path.Count + 1,
            Children = [.. children.Select(child => (child.No, search.Random.Step(search.Tree, child)))],
            Boundary = models.Policy.Prompt.Boundary,
            Temperature = (float)(spec.Strategy == SearchStrategy.Greedy ? 0 : spec.Temperature),
            Filter = _filter,
            MaxTokens = limits.StepTokens(solution) is > 0 and var tokens
                ? tokens
                // An open node has room where it was sampled: here the context is smaller.
                : throw new ModelFaultException($"a stored solution of {solution} tokens has no room left in this worker's context of {_policy.MaxSequenceTokens}: raise Rebase:Inference:ContextCells"),
        };
    }

    async Task<SearchNode> FinishAsync(
        RunningSearch search, PlannedStep planned, IReadOnlyList<SearchNode> path, Task<SampledStep> sampling, SearchLimits limits, CancellationToken ct)
    {
        var step = await sampling;
        var fresh = new FreshStep(search.Question, path, step.Text, step.Tokens.Length, step.End);
        var (score, judging) = _strategy.NeedsReward && _rules.IsJudged(fresh) ? await ScoreAsync(search, planned.No, fresh, ct) : default;
        var node = new SearchNode
        {
            No = planned.No, ParentNo = planned.ParentNo, ChildIndex = planned.ChildIndex, Depth = fresh.Depth,
            State = _rules.Classify(fresh, isScored: score is not null, limits),
            Tokens = step.Tokens, Text = step.Text, Score = score, Cost = new(step.Sampled, step.Cost, judging),
        };
        finished(node);
        return node;
    }

    async Task<(double? Score, ModelCost Cost)> ScoreAsync(RunningSearch search, int node, FreshStep step, CancellationToken ct)
    {
        var path = step.Path;
        // A policy that only says "end" adds no step: its solution is worth what the step before was.
        if (string.IsNullOrWhiteSpace(step.Text)) return (path.Count > 0 ? path[^1].Score : 0, default);

        var scorer = models.Reward!.Scorer;
        var tokens = scorer.Encode(search.Question, _rules.ForReward([.. path.Select(n => n.Text), step.Text]));
        if (tokens.Length > scorer.MaxSequenceTokens) return default;
        var score = await scorer.ScoreAsync(search.Number, node, tokens, search.EncodedByReward(scorer, _rules.ForReward([.. path.Select(n => n.Text)])), ct);
        return (score.Score, score.Cost);
    }

    /// <summary>One search under way.</summary>
    sealed record RunningSearch(long Number, string Question, RandomStream Random, int[] Prompt, Dictionary<int, SearchNode> Stored)
    {
        int _questionEncoded = Stored.Count > 0 ? 1 : 0;

        public SearchTree Tree { get; } = new();

        /// <summary>Whether a child of the path's last node was sampled before, by an earlier holder of the lease.</summary>
        public bool IsBegun(IReadOnlyList<SearchNode> path) => _begun.Contains(path.Count == 0 ? 0 : path[^1].No);

        /// <summary>How much of what a child of this path has to show the reward model has been there before.</summary>
        public int EncodedByReward(StepScorer scorer, IReadOnlyList<string> path)
        {
            // Whichever of the first steps comes first brings the question.
            if (path.Count == 0 && Interlocked.Exchange(ref _questionEncoded, 1) == 0) return 0;
            return scorer.Encode(Question, path).Length;
        }

        readonly HashSet<int> _begun = [.. Stored.Values.Select(n => n.ParentNo)];

        public SearchNode? TakeStored(PlannedStep step)
        {
            if (!Stored.Remove(step.No, out var node)) return null;
            return node.ParentNo == step.ParentNo && node.ChildIndex == step.ChildIndex
                ? node
                : throw new InvalidDataException($"stored node {node.No} is child {node.ChildIndex} of {node.ParentNo}, where the search wants child {step.ChildIndex} of {step.ParentNo}: the job's checkpoints are of another version");
        }
    }
}
