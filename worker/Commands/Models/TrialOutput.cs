using RebaseBatch.Commands.Output;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Solving.Trials;

namespace RebaseBatch.Commands.Models;

/// <summary>Writes trials to stdout.</summary>
static class TrialOutput
{
    /// <exception cref="UserException">
    /// ModelUnusable, after everything is written: jobs with one of the policies get no answers.
    /// </exception>
    public static void Write(TextWriter output, OutputFormat format, IReadOnlyList<ModelTrial> trials)
    {
        switch (format)
        {
            case OutputFormat.Json:
                Listing.WriteJson(output, json =>
                {
                    json.WriteStartArray();
                    foreach (var trial in trials) TrialJson.Write(json, trial);
                    json.WriteEndArray();
                });
                break;
            case OutputFormat.Csv:
                var steps = from trial in trials
                            from step in (trial.Solution?.Steps ?? []).Select((step, i) => (No: i + 1, Step: step))
                            select (trial.Policy!.Name, step.No, step.Step);
                Csv.Write(output, [.. steps],
                [
                    new("model", row => row.Name),
                    new("step", row => row.No),
                    new("ended_by", row => TrialView.EndOf(row.Step.End)),
                    new("tokens", row => row.Step.Tokens),
                    new("score", row => row.Step.Score),
                    new("text", row => row.Step.Text),
                ]);
                break;
            default:
                var view = new TrialView(Consoles.ForData(output));
                foreach (var trial in trials) view.Show(trial);
                break;
        }

        foreach (var trial in trials)
            if (trial.Checks.FirstOrDefault(check => check.Verdict is TrialVerdict.Fails) is { } failed)
                throw new UserException(ExitCode.ModelUnusable,
                    $"the policy '{trial.Policy!.Name}' can't serve jobs as it is set up: {failed.Sentence}");
    }
}
