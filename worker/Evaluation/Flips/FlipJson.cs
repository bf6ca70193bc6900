using System.Text.Json;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Flips as JSON, with whole texts: the same from a command and from a worker's page.</summary>
/// <param name="tree">The path of a search's tree on a worker's page.</param>
sealed class FlipJson(Utf8JsonWriter json, Func<FlipSide, string> tree)
{
    public void Write(FlipReport report)
    {
        json.WriteStartObject();
        Properties(report);
        json.WriteEndObject();
    }

    public void Write(NightFlips night)
    {
        json.WriteStartObject();
        json.WriteString("schedule", night.Schedule);
        Properties(night.Report);
        json.WriteNumber("flips_of_unstable", night.Report.FlipsApart);
        Array("unstable", night.Unstable, problem =>
        {
            Where(problem.Cell, problem.Seed, problem.CustomId);
            Groups(problem.Groups);
            json.WriteString("question", problem.Question);
            json.WriteString("gold_answer", problem.Gold);
            json.WriteBoolean("baseline_correct", problem.BaselineCorrect);
            json.WriteNumber("nights", problem.Nights);
            json.WriteNumber("flipped", problem.Flipped);
            json.WriteNumber("changes", problem.Changes);
        });
        json.WriteNumber("unstable_left_out", night.UnstableLeftOut);
        json.WriteEndObject();
    }

    void Properties(FlipReport report)
    {
        json.WriteString("first", report.First.Name);
        json.WriteString("second", report.Second.Name);
        Array("cells", report.Cells, Cell);
        Array("groups", report.Groups, group =>
        {
            json.WriteString("group", group.Name);
            json.WriteNumber("compared", group.Compared);
            json.WriteNumber("lost", group.Lost);
            json.WriteNumber("won", group.Won);
        });
        Array("flips", report.Flips, Flip);
        json.WriteNumber("flips_left_out", report.FlipsLeftOut);
        Array("only_one_run", report.Unpaired, problem =>
        {
            json.WriteString("run", problem.Run);
            Where(problem.Cell, problem.Seed, problem.CustomId);
            Groups(problem.Groups);
            json.WriteString("question", problem.Question);
            json.WriteString("gold_answer", problem.Gold);
            if (problem.Side is { } side) Side("", side);
            if (problem.Correct is { } correct) json.WriteBoolean("correct", correct);
            else json.WriteNull("correct");
            json.WriteString("why", problem.Why);
        });
        json.WriteNumber("only_one_run_left_out", report.UnpairedLeftOut);
        json.WriteStartArray("not_compared");
        foreach (var gap in report.Gaps) json.WriteStringValue(gap);
        json.WriteEndArray();
    }

    void Cell(FlipCell cell)
    {
        json.WriteString("cell", cell.Title);
        json.WriteStartArray("jobs");
        foreach (var seed in cell.Seeds)
        {
            json.WriteStartObject();
            json.WriteNumber("seed", seed.Seed);
            json.WriteNumber("first", seed.First.JobId);
            json.WriteNumber("second", seed.Second.JobId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("problems", cell.Outcomes?.Problems ?? 0);
        json.WriteNumber("lost", cell.Lost);
        json.WriteNumber("won", cell.Won);
        json.WriteNumber("net_lost", cell.NetLost);
        json.WriteNumber("net_won", cell.NetWon);
        Number("first_accuracy", cell.Outcomes?.First);
        Number("second_accuracy", cell.Outcomes?.Second);
        Estimate? change = cell.Test?.Change;
        Number("change", change?.Value);
        Number("low", change?.Low);
        Number("high", change?.High);
        Number("p", cell.Test?.TwoSided);
        json.WriteNumber("failed", cell.Failed);
        json.WriteNumber("ungraded", cell.Ungraded);
        json.WriteNumber("only_first", cell.OnlyFirst);
        json.WriteNumber("only_second", cell.OnlySecond);
        json.WriteString("remark", cell.Gap);
    }

    void Flip(Flip flip)
    {
        json.WriteString("flip", Contracts.StoredNames.Of(flip.Kind));
        Where(flip.Cell, flip.Seed, flip.CustomId);
        Groups(flip.Groups);
        json.WriteString("question", flip.Question);
        json.WriteString("gold_answer", flip.Gold);
        Side("first_", flip.First);
        Side("second_", flip.Second);
    }

    void Side(string prefix, FlipSide side)
    {
        json.WriteNumber($"{prefix}job", side.Job);
        json.WriteString($"{prefix}answer", side.Answer);
        Number($"{prefix}score", side.Score);
        json.WriteString($"{prefix}solution", side.Solution);
        json.WriteString($"{prefix}tree", side.HasTree ? tree(side) : null);
    }

    void Where(string cell, long seed, string customId)
    {
        json.WriteString("custom_id", customId);
        json.WriteString("cell", cell);
        json.WriteNumber("seed", seed);
    }

    void Groups(ProblemGroups groups)
    {
        Number("level", groups.Level);
        json.WriteString("family", groups.Family);
    }

    void Number(string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    void Array<T>(string name, IReadOnlyList<T> rows, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            write(row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
