using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Solving;

/// <summary>
/// Turns a wave's planned steps into nodes: it takes the stored ones, the policy samples the others, the reward model scores
/// those, and where the job has an embedding model it embeds those that may be continued.
/// </summary>
/// <param name="finished">Called with each new step, from any thread.</param>
/// <param name="sampled">Called before it with what the policy sampled for the node of that number; null when nobody looks.</param>
sealed class WaveRunner(JobSpec spec, ISearchStrategy strategy, ModelLease models, SearchLimits limits, Action<SearchNode> finished,
    Action<int, SampledStep>? sampled = null)
{
    readonly IStepRules _rules = StepRules.Of(spec, strategy, models.Policy.Prompt.AnswerMark);
    readonly SamplingFilter _filter = SamplingFilter.Of(spec);
    readonly IStepSampler _policy = models.Policy.Sampler;

    /// <summary>The nodes of all steps of the wave, in its order.</summary>
    /// <exception cref="ModelFaultException">The models can't serve this problem.</exception>
    /// <exception cref="InvalidDataException">A stored node does not fit its step.</exception>
    public async Task<SearchNode[]> RunAsync(RunningSearch search, IReadOnlyList<PlannedStep> wave, CancellationToken ct)
    {
        // A stored step is never sampled again. All are looked up before anything is sampled: a node that does not fit must not leave
        // half a wave running.
        var nodes = wave.ToDictionary(step => step.No, step => search.TakeStored(step) is { } stored ? Task.FromResult(stored) : null);
        var families = wave.Where(step => nodes[step.No] is null).GroupBy(step => step.ParentNo)
            .Select(family => (Parent: family.Key, Path: search.Tree.Path(family.Key), Children: family.ToList())).ToList();
        var requests = families.ConvertAll(family => Request(search, family.Path, family.Children));
        var siblings = families.ConvertAll(family => new Siblings(family.Parent, [.. family.Children.Select(child => child.No)]));
        models.Assign(search.Number, siblings);
        foreach (var ((_, path, children), request) in families.Zip(requests))
        {
            var steps = _policy.Sample(request, ct);
            for (var i = 0; i < children.Count; i++) nodes[children[i].No] = FinishAsync(search, children[i], path, steps[i], ct);
        }

        return await Task.WhenAll(wave.Select(step => nodes[step.No]!));
    }

    StepRequest Request(RunningSearch search, IReadOnlyList<SearchNode> path, List<PlannedStep> children)
    {
        var solution = path.Sum(n => n.Tokens.Length);
        return new()
        {
            Search = search.Number,
            Prefix = [.. search.Prompt, .. path.SelectMany(n => n.Tokens)],
            EncodedBefore = search.EncodedByPolicy(path),
            Depth = path.Count + 1,
            Children = [.. children.Select(child => (child.No, search.Random.Step(search.Tree, child)))],
            Boundary = models.Policy.Prompt.Boundary,
            // Siblings of one wave have one role.
            Temperature = children[0].Role.IsOfRollout() ? 0 : (float)strategy.Temperature(spec.Temperature),
            Filter = _filter,
            MaxTokens = limits.StepTokens(solution) is > 0 and var tokens
                ? tokens
                // The node is open, so it had room where it was sampled: this worker's context is smaller.
                : throw new ModelFaultException(
                    $"a stored solution of {solution} tokens has no room left in this worker's context of {_policy.MaxSequenceTokens}: " +
                    _policy.LargerContext),
        };
    }

    async Task<SearchNode> FinishAsync(
        RunningSearch search, PlannedStep planned, IReadOnlyList<SearchNode> path, Task<SampledStep> sampling, CancellationToken ct)
    {
        var step = await sampling;
        sampled?.Invoke(planned.No, step);
        var fresh = new FreshStep(search.Question, path, step.Text, step.Tokens.Length, step.End);
        var ends = _rules.Classify(fresh, isScored: true, limits) is not NodeState.Open;
        var isMeant = planned.Role.IsScored(ends);
        var (score, scoring) = strategy.NeedsReward && isMeant && _rules.IsJudged(fresh)
            ? await ScoreAsync(search, planned.No, fresh, ct) : default;
        var state = planned.Role.StateOf(_rules.Classify(fresh, isScored: score is not null || !isMeant, limits));
        // Only what may be continued is ever compared. A crash here costs the step, which is sampled again: nothing of it is stored yet.
        var (direction, embedding) = state is NodeState.Open && models.Embedding is { } model
            ? await model.Embedder.EmbedAsync(string.Concat([.. path.Select(n => n.Text), step.Text]), ct) : default;
        var node = new SearchNode
        {
            No = planned.No, ParentNo = planned.ParentNo, ChildIndex = planned.ChildIndex, Depth = fresh.Depth, State = state,
            Tokens = step.Tokens, Text = step.Text, Score = score, Embedding = direction,
            Cost = new(step.Sampled, step.Cost, scoring) { Embedding = embedding },
        };
        finished(node);
        return node;
    }

    async Task<(double? Score, ModelCost Cost)> ScoreAsync(RunningSearch search, int node, FreshStep step, CancellationToken ct)
    {
        var path = step.Path;
        var isBlank = string.IsNullOrWhiteSpace(step.Text);
        // The policy ended its text and added no step: the solution keeps the score of the step before. If that one was not scored, it is
        // read now.
        if (isBlank && path.Count == 0) return (0, default);
        if (isBlank && path[^1].Score is { } before) return (before, default);

        var scorer = models.Reward!.Scorer;
        var texts = path.Select(n => n.Text);
        var solution = _rules.ForReward([.. isBlank ? texts : texts.Append(step.Text)]);
        var tokens = await scorer.Model.ReadAsync(() => scorer.Encode(search.Question, solution), ct);
        if (tokens.Length > scorer.MaxSequenceTokens) return default;
        var encodedBefore = await search.EncodedByRewardAsync(scorer, path, _rules, ct);
        search.ReadByReward(node, path, tokens.Length);
        var score = await scorer.ScoreAsync(search.Number, node, tokens, encodedBefore, ct);
        return (score.Score, score.Cost);
    }
}
