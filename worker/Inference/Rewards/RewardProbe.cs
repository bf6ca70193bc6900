using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards;

/// <summary>Scores a solution without an engine, to check a reward model.</summary>
static class RewardProbe
{
    /// <summary>Each step's score.</summary>
    /// <param name="options">How the model's real contexts are opened; the sizes are chosen here.</param>
    /// <exception cref="UserException">The model fails to decode, or its output holds no finite numbers.</exception>
    public static double[] Scores(ILanguageModel model, IRewardConvention convention, string name, string question,
        IReadOnlyList<string> steps, DecodeContextOptions options)
    {
        var prompts = Enumerable.Range(1, steps.Count).Select(count => convention.Encode(question, [.. steps.Take(count)])).ToList();
        using var context = model.CreateContext(options with
        {
            Cells = Math.Max(256, prompts.Max(tokens => tokens.Length)),
            MaxSequences = 1,
            HiddenStates = convention.Reads is ModelOutput.HiddenState,
        });
        var batch = new DecodeBatch(context.BatchTokens);
        return [.. prompts.Select(Score)];

        double Score(int[] tokens)
        {
            context.Truncate(0, 0);
            for (var at = 0; at < tokens.Length;)
            {
                batch.Clear();
                for (; at < tokens.Length && batch.Room > 0; at++) batch.Add(tokens[at], at, 0, at == tokens.Length - 1);
                if (context.Decode(batch) != DecodeStatus.Ok) throw Unusable($"it fails to decode {tokens.Length} tokens");
            }

            try
            {
                return convention.Read(convention.Reads is ModelOutput.HiddenState
                    ? context.Hidden(batch.Count - 1) : context.Logits(batch.Count - 1));
            }
            catch (ModelFaultException e)
            {
                throw Unusable(e.Message);
            }
        }

        UserException Unusable(string reason) =>
            new(ExitCode.ModelUnusable, $"the reward model '{name}' loads, but scores nothing: {reason}; convert or download it again");
    }
}
