using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Solving.Trials;

namespace RebaseBatch.Commands.Models;

/// <summary>The options of <c>models check --try</c>.</summary>
sealed class TryOptions
{
    readonly Option<bool> _try = new("--try")
    {
        Description = "Solve one question with each policy, and show what the models read and write.",
    };
    readonly Option<string?> _question = new("--question")
    {
        Description = "The question to solve (default: one that bundled models can solve).", HelpName = "TEXT",
    };
    readonly Option<string?> _reward = new("--reward")
    {
        Description = "The reward model that scores the steps (default: the first one that is named, else the catalog's).",
        HelpName = "MODEL",
    };
    readonly Option<double?> _temperature = NumberOption.Real("--temperature",
        "The policy's temperature (default: 0, the likeliest tokens).");
    readonly Option<long?> _seed = NumberOption.Long("--seed", "The seed of the random numbers (default: 0).");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_try, _question, _reward, _temperature, _seed]) command.Add(option);
    }

    /// <summary>What to try; null without --try.</summary>
    /// <exception cref="UserException">BadInput: an option makes no sense.</exception>
    public (string Question, string? Reward, JobSpec Sampling)? Of(ParseResult parsed)
    {
        if (!parsed.GetValue(_try))
        {
            Option[] options = [_question, _reward, _temperature, _seed];
            var alone = options.FirstOrDefault(option => parsed.GetResult(option) is not null);
            return alone is null ? null : throw new UserException(ExitCode.BadInput, $"{alone.Name} needs --try");
        }

        var question = parsed.GetValue(_question) ?? RewardTrial.Question;
        if (string.IsNullOrWhiteSpace(question)) throw new UserException(ExitCode.BadInput, "--question is empty: write a question");
        // A name that stands in for the models, so that only the sampling is judged.
        var sampling = new JobSpec
        {
            Policy = "policy", Strategy = SearchStrategy.Sampling, Width = 1, Voting = VotingMethod.Majority,
            Temperature = parsed.GetValue(_temperature) ?? 0, Seed = parsed.GetValue(_seed) ?? 0,
        };
        return sampling.Faults().FirstOrDefault() is { } fault
            ? throw new UserException(ExitCode.BadInput, fault) : (question, parsed.GetValue(_reward), sampling);
    }
}
