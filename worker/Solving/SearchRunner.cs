using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Solving;

/// <summary>
/// Runs one search, wave by wave, until the strategy plans no more steps or the search ends early. A resumed search runs in the same way:
/// it takes the steps that an earlier attempt stored, and the models sample and score only the others.
/// </summary>
/// <param name="finished">Called with each new step, from any thread.</param>
/// <param name="job">What the whole job has spent; null when the job has no limits.</param>
/// <param name="watched">Shows the search's progress; null when nobody reads it.</param>
/// <param name="deadline">When the job's searches end; null when the job has no deadline.</param>
/// <param name="sampled">Called with what the policy sampled for each new node; null when nobody looks.</param>
sealed class SearchRunner(
    JobSpec spec, ModelLease models, TimeProvider time, Action<SearchNode> finished,
    BatchSpending? job = null, SearchInFlight? watched = null, SearchDeadline? deadline = null, Action<int, SampledStep>? sampled = null)
{
    static long s_searches;

    readonly ISearchStrategy _strategy = StrategyFactory.Create(spec);

    /// <summary>Grows the problem's tree to its end, to a limit of its own or of its job, or until the vote is decided.</summary>
    /// <exception cref="ModelFaultException">The models can't serve this problem; other problems are not affected.</exception>
    /// <exception cref="InvalidDataException">The stored nodes do not fit the job's strategy.</exception>
    public async Task<SearchOutcome> RunAsync(BatchProblem problem, CancellationToken ct)
    {
        var policy = models.Policy;
        var question = problem.Spec.Question;
        var prompt = await policy.Sampler.Model.ReadAsync(() => policy.Prompt.Encode(policy.Sampler.Model, question), ct);
        var search = new RunningSearch(
            Interlocked.Increment(ref s_searches), question, RandomStream.ForSearch(spec.Seed, problem.Ordinal), prompt,
            problem.StoredNodes);
        var waves = new WaveRunner(spec, _strategy, models, Limits(search.Prompt.Length), finished, sampled);
        var stop = new SearchStop(spec, _strategy, problem.StoredSeconds, policy.Identity.Parameters, time, job, deadline);
        await CheckRewardAsync(question, ct);
        search.CheckStored();
        try
        {
            while (_strategy.NextWave(search.Tree) is { Count: > 0 } wave)
            {
                // A wave that was begun is finished, also after a resume: its stored steps belong to the search.
                if (!wave.Any(search.IsStored) && await stop.BeforeAsync(wave, search.Tree, ct) is { } early)
                {
                    search.CheckAllTaken();
                    return early;
                }

                models.Retain(search.Number, _strategy.StillNeeded(search.Tree, wave));
                watched?.Begin(DepthOf(search.Tree, wave), _strategy.MostFurtherCandidates(search.Tree));
                foreach (var node in await waves.RunAsync(search, wave, ct)) search.Tree.Add(node);
            }

            search.CheckAllTaken();
            return new(search.Tree);
        }
        finally
        {
            models.Retain(search.Number, new HashSet<int>());
        }
    }

    /// <summary>The reward model has room for the question and a step of one digit: without it no step ever gets a score.</summary>
    async ValueTask CheckRewardAsync(string question, CancellationToken ct)
    {
        if (!_strategy.NeedsReward || models.Reward?.Scorer is not { } scorer) return;
        var tokens = await scorer.Model.ReadAsync(() => scorer.Encode(question, ["1"]).Length, ct);
        if (tokens > scorer.MaxSequenceTokens)
            throw new ModelFaultException(
                $"the question and a first step have at least {tokens} tokens, and the reward model's context {scorer.MaxSequenceTokens}: "
                    + $"{scorer.LargerContext}, or name a reward model with a longer context");
    }

    SearchLimits Limits(int promptTokens)
    {
        var context = models.Policy.Sampler.MaxSequenceTokens;
        var room = context - promptTokens;
        if (room < 1)
            throw new ModelFaultException($"the prompt of {promptTokens} tokens leaves no room in the policy's context of {context}");
        return SearchLimits.Of(spec) with { MaxSolutionTokens = Math.Min(spec.MaxSolutionTokens, room) };
    }

    static int DepthOf(SearchTree tree, IReadOnlyList<PlannedStep> wave) =>
        1 + wave.Max(step => step.ParentNo == 0 ? 0 : tree[step.ParentNo].Depth);
}
