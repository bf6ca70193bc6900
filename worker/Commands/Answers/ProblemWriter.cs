using System.Globalization;
using System.Text.Json;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Results;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.Trees;

namespace RebaseBatch.Commands.Answers;

/// <summary>Writes one problem: for people its parts one below the other, in JSON an object, in CSV a row for each solution.</summary>
sealed class ProblemWriter(CommandContext context, OutputFormat format)
{
    static readonly Column<ProblemAnswer>[] s_problem =
    [
        new("number", row => row.Number), new("custom_id", row => row.CustomId), new("verdict", row => row.Verdict),
        new("question", row => row.Question), new("gold_answer", row => row.Gold, Title: "right answer"),
        new("answer", row => row.Answer), new("reason", row => row.Reason), new("ended_by", row => row.EndedBy),
    ];

    static readonly Column<VoteRecord>[] s_votes =
    [
        new("vote", row => row.Method, row => EnumOption.Name(row.Method), Rank: Rank.Key),
        new("aggregation", row => row.Aggregation, Rank: Rank.Key),
        new("answer", row => row.Answer, row => row.Answer ?? "none", Rank: 1, Least: 12),
        new("correct", row => row.Correct, row => row.Correct switch { true => "yes", false => "no", null => "" }, Rank: Rank.Verdict),
        new("share", row => row.Share, row => NumberText.Percent(row.Share), Rank: 2),
    ];

    static readonly Column<CandidateRecord>[] s_solutions =
    [
        new("step", row => row.Node), new("answer", row => row.Answer),
        new("step_scores", row => string.Join(' ', row.StepScores.Select(Score))), new("text", row => row.Text),
    ];

    static readonly Column<TreeNode>[] s_steps =
    [
        new("step", row => row.No), new("parent", row => row.ParentNo), new("depth", row => row.Depth),
        new("state", row => row.State), new("score", row => row.Score), new("tokens", row => row.Tokens),
        new("text", row => row.Text),
    ];

    public void Write(ProblemDetail detail, IReadOnlyList<TreeNode> steps)
    {
        if (format is OutputFormat.Json) Listing.WriteJson(context.Out, json => WriteJson(json, detail, steps));
        else if (format is OutputFormat.Csv) Csv.Write(context.Out, detail.Candidates, s_solutions);
        else WriteText(detail, steps);
    }

    void WriteText(ProblemDetail detail, IReadOnlyList<TreeNode> steps)
    {
        Listing.WriteOne(context.Out, OutputFormat.Table, detail.Problem, s_problem);
        if (detail.Votes.Count > 0)
        {
            context.Out.WriteLine();
            Listing.Write(context.Out, OutputFormat.Table, detail.Votes, s_votes);
        }

        var won = Winners(detail);
        foreach (var (i, solution) in detail.Candidates.Index())
        {
            context.Out.WriteLine();
            Line($"Solution {i + 1} of {detail.Candidates.Count}, step {solution.Node}: "
                + (solution.Answer is { } answer ? $"answer {answer}{(won.Contains(solution.Node) ? ", won" : "")}" : "no answer"));
            if (solution.StepScores.Count > 0)
                Line($"Scores of its steps: {string.Join(' ', solution.StepScores.Select(Score))}");
            Line(solution.Text.Trim('\n'));
        }

        context.Out.WriteLine();
        WriteTree(detail, steps, won);
    }

    void WriteTree(ProblemDetail detail, IReadOnlyList<TreeNode> steps, IReadOnlySet<int> won)
    {
        if (steps.Count == 0)
        {
            context.WriteStderr(detail.ArePruned ? "its steps were deleted, so there is no tree" : "no step of its search is stored");
            return;
        }

        Line(steps.Count == 1 ? "The search tree has 1 step (number, score, text):"
            : $"The search tree has {steps.Count} steps (number, score, text):");
        var solutions = detail.Candidates.ToDictionary(candidate => candidate.Node, candidate => candidate.Answer);
        var width = (context.Out as TerminalWriter)?.Limit;
        foreach (var (branches, step) in TreeText.Of(steps, solutions, won))
        {
            // In a deep tree the branches would take the whole line.
            var shown = width is { } limit && branches.Length > limit / 2 ? $"…{branches[^(limit / 2)..]}" : branches;
            var text = CellText.OneLine(step);
            context.Out.WriteLine(shown + (width is { } room ? CellText.Shorten(text, room - shown.Length) : text));
        }
    }

    static string Score(double score) => score.ToString("0.000", CultureInfo.InvariantCulture);

    void Line(string text) => Listing.WriteSentence(context.Out, text);

    static HashSet<int> Winners(ProblemDetail detail)
    {
        if (detail.Problem.Answer is not { } own) return [];
        var key = AnswerReading.Of(own).Key;
        return [.. detail.Candidates.Where(candidate => candidate.Answer is { } answer && AnswerReading.Of(answer).Key == key)
            .Select(candidate => candidate.Node)];
    }

    static void WriteJson(Utf8JsonWriter json, ProblemDetail detail, IReadOnlyList<TreeNode> steps)
    {
        json.WriteStartObject();
        Listing.WriteProperties(json, detail.Problem, s_problem);
        json.WritePropertyName("votes");
        JsonSerializer.Serialize(json, detail.Votes, ContractsJson.Lines);
        json.WritePropertyName("solutions");
        JsonSerializer.Serialize(json, detail.Candidates, ContractsJson.Lines);
        json.WriteStartArray("tree");
        foreach (var step in steps) Listing.WriteObject(json, step, s_steps);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
