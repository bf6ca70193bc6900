using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Solving;

/// <summary>
/// Makes a problem's answer and usage from its search. Usage is the sum over the nodes, and every node is stored before the result.
/// </summary>
sealed class ProblemReport(BatchLease lease, ModelLease models)
{
    /// <summary>The result of a search that was complete or ended early.</summary>
    public async ValueTask<ProblemResult> OfAsync(BatchProblem problem, SearchOutcome outcome, double seconds, CancellationToken ct)
    {
        var (spec, gold) = (lease.Spec, problem.Spec.GoldAnswer);
        var rules = AnswerRules.Of(spec);
        var candidates = Candidates.Of(outcome.Tree, solution => rules.Extract(problem.Spec.Question, solution));
        var votes = rules.AllVotes(candidates, gold, scored: models.Reward is not null, problem.Spec.Tolerance);
        var own = Voting.JobsOwn(votes, spec);
        var stepRules = StepRules.Of(spec, StrategyFactory.Create(spec), models.Policy.Prompt.AnswerMark);
        var ends = Unanswered.EndsOf(
            outcome.Tree, candidates, own.Answer is not null, outcome.EndedBy is not null, stepRules, SearchLimits.Of(spec));
        var answer = Empty(problem) with
        {
            Answer = own.Answer,
            Correct = own.Correct,
            GraderVersion = rules.Version,
            EndedBy = outcome.EndedBy,
            Votes = votes,
            Candidates = [.. candidates.Select(c => new CandidateRecord(c.Node, c.Answer, c.Text, c.StepScores))],
            UnansweredCause = own.Answer is null ? Unanswered.CauseOf(ends, ends.NoAnswerFound, outcome.EndedBy) : null,
            SolutionEnds = ends,
        };
        var usage = await UsageAsync(problem, outcome.Tree.Nodes, seconds, ct) with { SavedTokensEstimate = outcome.SavedTokens };
        return new(problem.ProblemId, answer, usage) { SumsStoredSteps = true };
    }

    /// <summary>
    /// The result of a search that failed: it has no verdict, and its usage counts the steps that were finished by then.
    /// </summary>
    public async ValueTask<ProblemResult> OfAsync(
        BatchProblem problem, string error, IEnumerable<SearchNode> nodes, double seconds, CancellationToken ct) =>
        new(problem.ProblemId, Empty(problem) with { Error = error }, await UsageAsync(problem, [.. nodes], seconds, ct))
        {
            SumsStoredSteps = true,
        };

    AnswerRecord Empty(BatchProblem problem) => new()
    {
        CustomId = problem.Spec.CustomId,
        QuestionId = problem.Spec.QuestionId,
        JobId = lease.JobId,
        BatchNo = lease.BatchNo,
        GoldAnswer = problem.Spec.GoldAnswer,
        Tolerance = problem.Spec.Tolerance,
    };

    /// <summary>Numbers of the nodes on the paths to finished nodes.</summary>
    static HashSet<int> InFinishedSolutions(IReadOnlyCollection<SearchNode> nodes)
    {
        var byNumber = nodes.ToDictionary(n => n.No);
        HashSet<int> kept = [];
        foreach (var leaf in nodes.Where(n => n.State == NodeState.Finished))
            // A failed search may be one whose stored steps are no tree.
            for (var at = leaf.No; byNumber.TryGetValue(at, out var node) && kept.Add(at); at = node.ParentNo) { }
        return kept;
    }

    /// <summary>Tokens of a prompt; 0 for one that can't be written, which is why the problem failed.</summary>
    static async ValueTask<int> CountAsync(ILanguageModel model, Func<int[]> prompt, CancellationToken ct)
    {
        try
        {
            return await model.ReadAsync(() => prompt().Length, ct);
        }
        catch (ModelFaultException)
        {
            return 0;
        }
    }

    async ValueTask<UsageRecord> UsageAsync(
        BatchProblem problem, IReadOnlyCollection<SearchNode> nodes, double seconds, CancellationToken ct)
    {
        var (policy, reward) = (models.Policy, models.Reward);
        var kept = InFinishedSolutions(nodes);
        var question = problem.Spec.Question;
        var policyUsage = new ModelUsage
        {
            Model = policy.Identity.Name, Sha256 = policy.Identity.Sha256, Parameters = policy.Identity.Parameters,
            PromptTokens = await CountAsync(policy.Sampler.Model, () => policy.Prompt.Encode(policy.Sampler.Model, question), ct),
            SampledTokens = nodes.Sum(n => (long)n.Cost.Sampled),
            EvaluatedTokens = nodes.Sum(n => (long)n.Cost.Policy.Evaluated),
            ReencodedTokens = nodes.Sum(n => (long)n.Cost.Policy.Reencoded),
            CachedTokens = ModelCost.SumOfCached(nodes.Select(n => n.Cost.Policy)),
            DiscardedTokens = nodes.Sum(n => (long)n.Cost.Sampled - (kept.Contains(n.No) ? n.Tokens.Length : 0)),
            DeviceSeconds = policy.Environment.Server is null ? nodes.Sum(n => n.Cost.Policy.Seconds) : null,
        };
        var rewardUsage = reward is null ? null : new ModelUsage
        {
            Model = reward.Identity.Name, Sha256 = reward.Identity.Sha256, Parameters = reward.Identity.Parameters,
            PromptTokens = await CountAsync(reward.Scorer.Model, () => reward.Scorer.Encode(question, []), ct),
            EvaluatedTokens = nodes.Sum(n => (long)n.Cost.Reward.Evaluated),
            ReencodedTokens = nodes.Sum(n => (long)n.Cost.Reward.Reencoded),
            CachedTokens = ModelCost.SumOfCached(nodes.Select(n => n.Cost.Reward)),
            DiscardedTokens = nodes.Where(n => !kept.Contains(n.No)).Sum(n => (long)n.Cost.Reward.Evaluated),
            DeviceSeconds = reward.Environment.Server is null ? nodes.Sum(n => n.Cost.Reward.Seconds) : null,
        };
        var embeddingUsage = models.Embedding is not { } embedding ? null : new ModelUsage
        {
            Model = embedding.Identity.Name, Sha256 = embedding.Identity.Sha256, Parameters = embedding.Identity.Parameters,
            EvaluatedTokens = nodes.Sum(n => (long)n.Cost.Embedding.Evaluated),
            DiscardedTokens = nodes.Where(n => !kept.Contains(n.No)).Sum(n => (long)n.Cost.Embedding.Evaluated),
            DeviceSeconds = nodes.Sum(n => n.Cost.Embedding.Seconds),
        };
        return new()
        {
            CustomId = problem.Spec.CustomId, JobId = lease.JobId, BatchNo = lease.BatchNo,
            Policy = policyUsage, Reward = rewardUsage, Embedding = embeddingUsage,
            PolicyFlops = Flops.Of(policyUsage.Parameters, policyUsage.SampledTokens),
            TotalFlops = Flops.Of(policyUsage.Parameters, policyUsage.EvaluatedTokens)
                + Flops.Of(rewardUsage?.Parameters ?? 0, rewardUsage?.EvaluatedTokens ?? 0)
                + Flops.Of(embeddingUsage?.Parameters ?? 0, embeddingUsage?.EvaluatedTokens ?? 0),
            WallSeconds = problem.StoredSeconds + seconds,
            Nodes = nodes.Count,
            Attempts = lease.Attempt,
        };
    }
}
