using System.Globalization;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Solving.Trials;

/// <summary>A reward model's input, its judgment of a solution, and whether it tells a wrong step from a right one.</summary>
/// <param name="Input">The tokens of question and steps.</param>
/// <param name="Steps">The steps of the input.</param>
/// <param name="Right">The step of them that scores best.</param>
/// <param name="Wrong">The same step with another digit in its last number.</param>
sealed record RewardTrial(IReadOnlyList<TrialToken> Input, IReadOnlyList<JudgedStep> Steps, JudgedStep Right, JudgedStep Wrong)
{
    /// <summary>A question of two steps, from the bundled problems.</summary>
    public const string Question =
        "Mia has 3 bags of 3 books each. Ben has 25 books. How many books do Mia and Ben have together?";

    const double LeastFall = 0.1;

    // Searches have numbers from 1 on.
    const long Search = 0;

    static readonly string[] s_solution =
        ["Step 1: Mia has 3 * 3 = 9 books.", "Step 2: Together they have 9 + 25 = 34 books. The answer is: 34"];

    public IEnumerable<TrialCheck> Checks
    {
        get
        {
            var fall = Right.Score - Wrong.Score;
            yield return fall >= LeastFall
                ? TrialCheck.Ok("judgment",
                    string.Create(CultureInfo.InvariantCulture, $"with a wrong number the score falls by {fall:0.00}"))
                : TrialCheck.Advice("judgment", string.Create(CultureInfo.InvariantCulture,
                    $"with a wrong number the score {(fall > 0 ? $"falls by {fall:0.0000} only" : "does not fall")}: check Preset or ")
                    + "Convention, StepTag and AfterQuestion; or the model does not know steps of this kind");
        }
    }

    /// <param name="watch">
    /// The convention that the model was loaded with; null for a model on a server, of which nobody sees the logits.
    /// </param>
    /// <param name="steps">Steps to judge; those of the built-in question if none of them has a number.</param>
    /// <exception cref="UserException">The model's output holds no finite numbers, or the steps do not fit into its context.</exception>
    public static async Task<RewardTrial> RunAsync(
        LoadedReward reward, LabelWatch? watch, string question, IReadOnlyList<string> steps, CancellationToken ct)
    {
        if (!steps.Any(step => Altered(step) is not null)) (question, steps) = (Question, s_solution);
        var scorer = reward.Scorer;
        try
        {
            var judged = new List<JudgedStep>();
            for (var count = 1; count <= steps.Count; count++) judged.Add(await JudgeAsync([.. steps.Take(count)]));
            var best = judged.Index().Where(step => Altered(step.Item.Text) is not null).MaxBy(step => step.Item.Score);
            var wrong = await JudgeAsync([.. steps.Take(best.Index), Altered(best.Item.Text)!]);
            var input = await scorer.Model.ReadAsync(() => TrialToken.Of(scorer.Model, scorer.Encode(question, steps)), ct);
            return new(input, judged, best.Item, wrong);
        }
        catch (ModelFaultException e)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"the reward model '{reward.Identity.Name}' scores nothing: {e.Message}; convert or download it again", e);
        }
        finally
        {
            scorer.Retain(Search, new HashSet<int>());
        }

        async Task<JudgedStep> JudgeAsync(IReadOnlyList<string> solution)
        {
            var tokens = await scorer.Model.ReadAsync(() => scorer.Encode(question, solution), ct);
            if (tokens.Length > scorer.MaxSequenceTokens)
                throw new UserException(ExitCode.ModelUnusable,
                    $"question and steps have {tokens.Length} tokens, and the context of the reward model '{reward.Identity.Name}' holds "
                        + $"{scorer.MaxSequenceTokens}: {scorer.LargerContext}, or take a model with a larger context");
            var score = await scorer.ScoreAsync(Search, solution.Count, tokens, 0, ct);
            return new(solution[^1], tokens.Length - 1, score.Score, watch?.Last);
        }
    }

    /// <summary>The step with another last digit; null when it has no digit.</summary>
    static string? Altered(string step) => step.AsSpan().LastIndexOfAnyInRange('0', '9') is >= 0 and var at
        ? $"{step[..at]}{(step[at] - '0' + 3) % 10}{step[(at + 1)..]}" : null;
}
