using System.Globalization;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Solving.Trials;
using Spectre.Console;

namespace RebaseBatch.Commands.Models;

/// <summary>Shows a trial to people, also on a terminal of 80 columns.</summary>
sealed class TrialView(IAnsiConsole console)
{
    const string Indent = "  ";
    const int Widest = 100;

    // A pipe has no width. Tokens without any line break would be hard to read there, too.
    readonly int _width = Math.Min(console.Profile.Width, Widest) - Indent.Length;

    public void Show(ModelTrial trial)
    {
        if (trial is { Policy: { } policy, Solution: { } solution })
        {
            Heading(string.Create(CultureInfo.InvariantCulture,
                $"Policy {policy.Name}, prompt {policy.Prompt.Name}, temperature {trial.Temperature}, seed {trial.Seed}"));
            Line($"Question: {trial.Question}");
            Line($"The prompt is {solution.Prompt.Count} tokens (control tokens are without quotes):");
            foreach (var line in TokenLines.Of(solution.Prompt, _width)) Line(Indent + line);
            Steps(solution.Steps);
            Line(solution.Answer is { } answer ? $"Answer: {answer.Answer}" : "Answer: no answer found");
        }

        if (trial is { Reward: { } reward, Judgment: { } judgment })
        {
            var preset = reward.Preset is null ? "" : $", preset {reward.Preset}{(reward.IsRecognized ? " (recognized)" : "")}";
            Heading($"Reward model {reward.Name}, convention {reward.Convention.Name}{preset}");
            Judged(judgment, reward.Reward);
        }
        else
            Line("No reward model is named, so the steps have no scores: name one with --reward.");

        Checks(trial.Checks);
    }

    void Steps(IReadOnlyList<TrialStep> steps) => Listing.WriteTable(console, [.. steps.Select((step, i) => (No: i + 1, Step: step))],
    [
        new("step", row => row.No),
        new("ended_by", row => EndOf(row.Step.End)),
        new("tokens", row => row.Step.Tokens),
        new("score", row => row.Step.Score, row => Score(row.Step.Score)),
        new("text", row => row.Step.Text.Trim(), Rank: 1, Least: 16, Wraps: true),
    ]);

    void Judged(RewardTrial trial, RewardPreset reward)
    {
        Line($"Its input is {trial.Input.Count} tokens. It is read at the tokens in brackets:");
        foreach (var step in trial.Steps)
            foreach (var line in TokenLines.Around(trial.Input, step.At, _width)) Line(Indent + line);
        var labels = trial.Right.Labels is not null;
        Listing.WriteTable(console, [.. trial.Steps, trial.Wrong with { Text = $"(wrong number) {trial.Wrong.Text}" }],
        [
            new("score", row => row.Score, row => Score(row.Score), labels ? $"P('{reward.Good}')" : null),
            .. labels
                ? [
                    new("bad", row => 1 - row.Score, row => Score(1 - row.Score), $"P('{reward.Bad}')"),
                    new("both", row => row.Labels?.Both, row => Share(row.Labels?.Both), "of all tokens"),
                ]
                : Array.Empty<Column<JudgedStep>>(),
            new("text", row => row.Text.Trim(), Rank: 1, Least: 16, Wraps: true),
        ]);
    }

    void Checks(IEnumerable<TrialCheck> checks)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var check in checks)
            grid.AddRow(
                new Text(Word(check.Verdict), Style(check.Verdict)), new Text(check.Subject), new Text(check.Sentence));
        console.Write(grid);
    }

    static string Word(TrialVerdict verdict) => verdict switch
    {
        TrialVerdict.Ok => "ok",
        TrialVerdict.Advice => "ADVICE",
        _ => "FAILS",
    };

    static Style Style(TrialVerdict verdict) => new(verdict switch
    {
        TrialVerdict.Ok => Color.Green,
        TrialVerdict.Advice => Color.Yellow,
        _ => Color.Red,
    });

    public static string EndOf(StepEnd end) => end switch
    {
        StepEnd.Boundary => "boundary",
        StepEnd.EndOfGeneration => "end of text",
        _ => "limit",
    };

    static string Score(double? score) => score?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";

    static string Share(double? share) => share switch
    {
        null => "",
        < 0.0001 => "under 0.01 %",
        _ => (share.Value * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %",
    };

    void Heading(string text)
    {
        Line("");
        console.Write(new Text(text, new Style(decoration: Decoration.Bold)));
        Line("");
    }

    void Line(string text) => console.WriteLine(text);
}
