using System.Collections.Concurrent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Solving.Trials;

/// <summary>One solution of one question, grown as a job grows it, with what it says about the policy's settings.</summary>
/// <param name="Prompt">The prompt's tokens.</param>
/// <param name="Steps">From the first to the last.</param>
/// <param name="Answer">Null when the solution did not end, or states none.</param>
sealed record PolicyTrial(
    IReadOnlyList<TrialToken> Prompt, IReadOnlyList<TrialStep> Steps, FoundAnswer? Answer, IReadOnlyList<TrialCheck> Checks)
{
    /// <summary>Grows the solution on the engines of <paramref name="models"/>; the search is the one of every job.</summary>
    /// <param name="sampling">Its temperature, its seed and its limits count. The strategy is one chain.</param>
    /// <exception cref="ModelFaultException">The models can't serve the question: it is too long, or the output is broken.</exception>
    public static async Task<PolicyTrial> RunAsync(ModelLease models, JobSpec sampling, string question, CancellationToken ct)
    {
        var spec = sampling with
        {
            Strategy = SearchStrategy.Sampling,
            Width = 1,
            Reward = models.Reward?.Identity.Name,
        };
        var sampled = new ConcurrentDictionary<int, SampledStep>();
        var search = new SearchRunner(spec, models, TimeProvider.System, static _ => { }, sampled: (no, step) => sampled[no] = step);
        var outcome = await search.RunAsync(new(0, 0, new("trial", "trial", question, null), [], 0), ct);

        var nodes = outcome.Tree.Nodes;
        List<TrialStep> steps = [.. nodes.Select(node => new TrialStep(node.Text, sampled[node.No].End, node.Tokens.Length, node.Score))];
        var ended = nodes is [.., { State: NodeState.Finished }];
        var answer = ended ? AnswerExtractor.Find(string.Concat(steps.Select(step => step.Text))) : null;
        var policy = models.Policy;
        var model = policy.Sampler.Model;
        var (prompt, check) = await model.ReadAsync(
            () => (TrialToken.Of(model, policy.Prompt.Encode(model, question)), PromptCheck.Of(policy.Prompt, model)), ct);
        return new(prompt, steps, answer, [check, .. SolutionChecks.Of(policy.Prompt, spec, steps, ended, answer)]);
    }
}
