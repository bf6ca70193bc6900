using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.History;

namespace RebaseBatch.Tests.Evaluation.History;

/// <summary>Made-up nights of a schedule: every answer, and nights without a verdict.</summary>
static class SampleHistory
{
    /// <summary>Would be an image if it became markup.</summary>
    public const string Hostile = """</script><img src=x onerror="alert(1)">""";

    public const string Unjudged = "not finished: 3 of 4 jobs ended";

    static readonly GateAnswer?[] s_answers =
    [
        GateAnswer.Pass, GateAnswer.Inconclusive, GateAnswer.Pass, GateAnswer.Warn, null, GateAnswer.Pass, GateAnswer.Block,
        GateAnswer.Incomparable, GateAnswer.Pass, GateAnswer.Pass,
    ];

    /// <summary>Ten nights of two cells, one of which has a long title; or as many as asked for.</summary>
    public static ScheduleHistory Of(int nights = 10)
    {
        var all = Enumerable.Range(0, nights).Select(Night).ToList();
        return new()
        {
            Schedule = $"nightly {Hostile}",
            Now = all[^1].Verdict!,
            Nights = all,
            Runs = nights + 2,
            Unstable =
            [
                new()
                {
                    ProblemId = 7, Cell = "tiny rebase 16 on arithmetic-test", Seed = 1, CustomId = "test-7", Groups = new(null, null),
                    Question = $"What is 7 + 7? {Hostile}", BaselineCorrect = true, Nights = 9, Flipped = 6, Changes = 3,
                },
            ],
        };
    }

    static Night Night(int i)
    {
        var (due, answer) = (new DateTimeOffset(2026, 10, 1, 1, 0, 0, TimeSpan.Zero).AddDays(i), s_answers[i % s_answers.Length]);
        if (answer is not { } known) return new() { DueAt = due, SweepId = i + 2, Verdict = null, Gap = Unjudged };
        var (before, after) = (0.62, known is GateAnswer.Block ? 0.44 : known is GateAnswer.Warn ? 0.58 : 0.62 + (0.01 * (i % 3)));
        GateCell[] cells =
        [
            Cell("tiny rebase 16 on arithmetic-test", known, before, known is GateAnswer.Incomparable ? null : after),
            Cell("a-policy-with-a-long-name-q4_k_m rebase 256 on a-dataset-with-a-long-name, balance_temperature 0.25",
                GateAnswer.Pass, 0.9, 0.9),
        ];
        return new()
        {
            DueAt = due,
            SweepId = i + 2,
            Gap = null,
            Verdict = new()
            {
                Answer = known, Reason = $"because of {Hostile}", Schedule = "nightly", DueAt = due, SweepId = i + 2, BaselineSweepId = 1,
                Cells = cells, SmallestDrop = 0.043, EngineChanges = i % 4 == 1 ? ["devices: a card (baseline), another card (run)"] : [],
            },
            Cells = [.. cells.Select(cell => new NightCell(cell, Interval(cell.Before), Interval(cell.After)))],
        };
    }

    static GateCell Cell(string title, GateAnswer answer, double before, double? after) => new()
    {
        Title = title, Tier = CellTier.Critical, Answer = answer, Reason = "as it is", BaselineJobs = [1], RunJobs = [2], Seeds = 1,
        Problems = after is null ? 0 : 200, Before = after is null ? null : before, After = after, Lost = 12, Won = 9,
        MaxDrop = after is null ? null : 0.05, SmallestDrop = after is null ? null : 0.043,
    };

    static Estimate? Interval(double? share) => share is { } known ? ShareInterval.Of(
        Enumerable.Range(0, 200).Select(i => (double?)(i < 200 * known ? 1 : 0)), 1) with
    { Value = known } : null;
}
