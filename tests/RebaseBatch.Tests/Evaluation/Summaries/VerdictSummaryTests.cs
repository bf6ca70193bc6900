using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Summaries;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Summaries;

[Fast]
public sealed class VerdictSummaryTests
{
    [Fact]
    public void A_verdict_is_a_heading_its_facts_and_a_table_with_the_worst_cell_first() => Assert.Equal("""
        ## `nightly`: BLOCK

        1 of 2 critical cells got worse than is tolerated

        - run: sweep 9 (sizes), due 2026-11-30 01:00Z, finished 2026-11-30 03:12Z
        - held against: sweep 1, finished 2026-11-01 03:00Z
        - compared: 2 of 3 cells
        - answers lost: 64, won: 22 net of a problem's seeds
        - smallest drop that every critical cell shows with 80 % probability: 6.1 points
        - report: <https://rebase.example.org/reports/sweeps/9>

        Run and baseline did not run alike, and that alone may change scores:

        - the KV cache is q8\_0, and was f16

        | cell | tier | answer | problems | before | now (95 %) | change (95 %) | p | smallest drop | lost | won |
        |---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|
        | `tiny-math-policy-s rebase 16 on arithmetic-test` | critical | BLOCK | 200 × 2 | 66.0 % | 55.0 % (48.1 to 61.7) |⏎
        -11.0 (-15.8 to -6.2) | &lt; 0.001 | 6.1 | 61 | 17 |
        | `tiny-math-policy-m rebase 16 on arithmetic-test` | critical | INCOMPARABLE | 0 |  |  |  |  |  | 0 | 0 |
        | `tiny-math-policy-s greedy 1 on arithmetic-test` | advisory | PASS | 200 | 40.0 % | 41.0 % (34.4 to 47.9) |⏎
        +1.0 (-2.0 to +4.0) | 0.855 | 3.1 | 3 | 5 |

        - `tiny-math-policy-s rebase 16 on arithmetic-test`: 11.0 points fewer are right, and 5.0 are tolerated
        - `tiny-math-policy-m rebase 16 on arithmetic-test`: the run has no such cell

        """.Replace("⏎\n", " ", StringComparison.Ordinal),
        VerdictSummary.Of(Verdicts.Block, new("https://rebase.example.org/reports/sweeps/9")));

    [Fact]
    public void A_stale_verdict_needs_no_cells()
    {
        var text = VerdictSummary.Of(new()
        {
            Answer = GateAnswer.Stale, Reason = "no run began for 2026-11-30 01:00Z", Schedule = "night|ly",
            LastAnswer = GateAnswer.Block,
        });
        Assert.Equal("## <code>night&#124;ly</code>: STALE\n\nno run began for 2026-11-30 01:00Z\n\n- the last judged run: BLOCK\n"
            + "- run: no run\n", text);
    }

    [Fact]
    public void However_many_cells_there_are_it_fits_a_pull_request_and_says_what_is_left_out()
    {
        var hostile = Verdicts.Lost with { Title = new string('|', 200), Reason = new string('<', 5_000) };
        var text = VerdictSummary.Of(Verdicts.Block with
        {
            Reason = new string('@', 9_000),
            Cells = [.. Enumerable.Repeat(hostile, 5_000)],
            EngineChanges = [.. Enumerable.Repeat(new string('&', 900), 300)],
        });
        Assert.InRange(text.Length, 20_000, VerdictSummary.Longest);
        Assert.Matches(@"\d+ more cells have no room here\.", text);
        Assert.All(text.Split('\n').Where(line => line.StartsWith('|')), row => Assert.Equal(12, row.Count(letter => letter == '|')));
    }
}
