using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Flips;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Flips;

public sealed class FlipReaderTests(PostgresServer server) : StoreTest(server)
{
    static readonly IReadOnlyList<ProblemSpec> s_problems =
        [.. Enumerable.Range(0, 10).Select(i => new ProblemSpec(
            $"id-{i}", $"q-{i}", $"What is {i} + {i}?", $"{2 * i}", (short)(i % 2 + 1), Family: i < 5 ? "sums" : "doubles"))];

    static readonly JobSpec s_spec = Spec with { BatchSize = 100 };

    FlipReader Reader => new(new(Database.DataSource));

    [Fact]
    public async Task Lost_and_won_problems_have_both_answers_and_the_best_solution_of_each()
    {
        var first = await JobAsync(s_spec, right: i => i < 6);
        var second = await JobAsync(s_spec, right: i => i is 1 or 2 or 3 or 4 or 5 or 9);

        var report = await ReadAsync(first, second);

        Assert.Equal([(FlipKind.Lost, "id-0"), (FlipKind.Won, "id-9")], report.Flips.Select(flip => (flip.Kind, flip.CustomId)));
        var lost = report.Flips[0];
        Assert.Equal(("What is 0 + 0?", "0", new ProblemGroups(1, "sums")), (lost.Question, lost.Gold, lost.Groups));
        Assert.Equal(new FlipSide(first, 0, "0", "better", 0.75, HasTree: false), lost.First);
        Assert.Equal(new FlipSide(second, 0, "-1", "better", 0.75, HasTree: false), lost.Second);
        var cell = Assert.Single(report.Cells);
        Assert.Equal(("tiny rebase 16 on an unnamed dataset", 1, 1, 10, null),
            (cell.Title, cell.Lost, cell.Won, cell.Outcomes!.Problems, cell.Gap));
        Assert.Equal([new("level 1", 5, 1, 0), new("level 2", 5, 0, 1), new("family doubles", 5, 0, 1), new("family sums", 5, 1, 0)],
            report.Groups);
    }

    [Fact]
    public async Task Failed_problems_are_in_neither_list_and_a_missing_answer_is_a_wrong_one()
    {
        var first = await JobAsync(s_spec, right: _ => true, failed: i => i == 0);
        var second = await JobAsync(s_spec, right: i => i > 2, failed: i => i == 1, silent: i => i == 2);

        var report = await ReadAsync(first, second);

        var lost = Assert.Single(report.Flips);
        Assert.Equal(("id-2", "4", null, "no end", 0.25),
            (lost.CustomId, lost.First.Answer, lost.Second.Answer, lost.Second.Solution, lost.Second.Score));
        Assert.Equal((2, 1, 0, 8), (report.Cells[0].Failed, report.Lost, report.Won, report.Cells[0].Compared));
        Assert.Equal("2 of 10 answers failed, more than a tenth", report.Cells[0].Gap);
        Assert.Empty(report.Unpaired);
    }

    [Fact]
    public async Task Without_right_answers_or_with_the_same_job_twice_there_is_nothing_to_tell()
    {
        var ungraded = s_problems.Select(problem => problem with { GoldAnswer = null }).ToList();
        var report = await ReadAsync(
            await JobAsync(s_spec, right: _ => true, problems: ungraded), await JobAsync(s_spec, right: _ => false, problems: ungraded));
        Assert.Equal((0, 10, "no right answers", null),
            (report.Flips.Count, report.Cells[0].Ungraded, report.Cells[0].Gap, report.Cells[0].Outcomes));

        var job = await JobAsync(s_spec, right: i => i < 5);
        var same = await ReadAsync(job, job);
        Assert.Equal((0, "the same jobs", null), (same.Flips.Count, same.Cells[0].Gap, same.Cells[0].Outcomes));
    }

    [Fact]
    public async Task Seeds_are_paired_one_by_one_and_a_problem_counts_once()
    {
        long[] first = [await JobAsync(s_spec, right: _ => true), await JobAsync(s_spec with { Seed = 1 }, right: i => i != 4)];
        long[] second = [await JobAsync(s_spec with { Seed = 1 }, right: _ => true), await JobAsync(s_spec, right: i => i > 1)];

        var report = await Reader.ReadAsync(new("sweep 1", first), new("sweep 2", second), new(100), Ct);

        Assert.Equal([(FlipKind.Lost, "id-0", 0L), (FlipKind.Lost, "id-1", 0), (FlipKind.Won, "id-4", 1)],
            report.Flips.Select(flip => (flip.Kind, flip.CustomId, flip.Seed)));
        var cell = Assert.Single(report.Cells);
        Assert.Equal((2, 10, 20, 2, 1), (cell.Seeds.Count, cell.Outcomes!.Problems, cell.Compared, cell.Lost, cell.Won));
    }

    [Fact]
    public async Task Of_a_cell_with_two_jobs_the_newest_completed_one_counts_and_what_one_run_lacks_is_named()
    {
        var other = s_spec with { Width = 4 };
        long[] first = [await JobAsync(s_spec, right: _ => false), await JobAsync(s_spec, right: i => i < 6), await CancelledAsync(s_spec)];
        long[] second = [await JobAsync(s_spec, right: i => i < 5), await JobAsync(other, right: _ => true),
            await JobAsync(s_spec with { Seed = 3 }, right: _ => true)];

        var report = await Reader.ReadAsync(new("sweep 1", first), new("sweep 2", second), new(100), Ct);

        Assert.Equal((1, 0), (report.Lost, report.Won));
        Assert.Equal(first[1], Assert.Single(report.Flips).First.Job);
        Assert.Equal(["tiny rebase 16 on an unnamed dataset: only sweep 2 has seed 3",
            "tiny rebase 4 on an unnamed dataset: sweep 1 has no such cell"], report.Gaps);
    }

    [Fact]
    public async Task Problems_that_only_one_run_has_are_apart_with_the_reason()
    {
        var first = await JobAsync(s_spec with { BatchSize = 2 }, right: _ => true);
        var longer = s_problems.Append(new("id-20", "q-20", "And now?", "7")).Skip(1).ToList();
        var second = await JobAsync(s_spec with { BatchSize = 2 }, right: i => i != 5, problems: longer, batches: 4);
        await Jobs.CancelAsync(second, Ct);

        var report = await ReadAsync(first, second);

        Assert.Equal(["id-5"], report.Flips.Select(flip => flip.CustomId));
        Assert.Equal([("id-0", $"the dataset of job {second} does not have it"),
            ("id-9", $"job {second} was cancelled before it")],
            report.Unpaired.Select(one => (one.CustomId, one.Why)));
        Assert.Equal((2, 0, 8), (report.Cells[0].OnlyFirst, report.Cells[0].OnlySecond, report.Cells[0].Compared));
    }

    [Fact]
    public async Task Very_many_flips_are_bounded_in_each_cell_and_the_rest_is_counted()
    {
        var other = s_spec with { Width = 4 };
        long[] first = [await JobAsync(s_spec, right: _ => true), await JobAsync(other, right: i => i != 3)];
        long[] second = [await JobAsync(s_spec, right: _ => false), await JobAsync(other, right: i => i > 1)];

        var report = await Reader.ReadAsync(new("sweep 1", first), new("sweep 2", second), new(5), Ct);

        Assert.Equal((5, 8, 12), (report.Flips.Count, report.FlipsLeftOut, report.Lost));
        Assert.Equal(2, report.Flips.Count(flip => flip.First.Job == first[1]));
        var won = await Reader.ReadAsync(new("sweep 1", first), new("sweep 2", second), new(5, FlipKind.Won), Ct);
        Assert.Equal(("id-3", 0), (Assert.Single(won.Flips).CustomId, won.FlipsLeftOut));
    }

    [Fact]
    public async Task A_tree_is_linked_while_its_steps_are_stored()
    {
        var first = await Jobs.EnqueueAsync(s_spec, s_problems, Ct);
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.True(await StoreAsync(lease, pending[0].ProblemId, Node(1)));
        await CompleteAsync(lease, pending, _ => true, _ => false, _ => false);
        var second = await JobAsync(s_spec, right: _ => false);

        var report = await ReadAsync(first, second);
        Assert.Equal([true, false], report.Flips.Take(2).Select(flip => flip.First.HasTree));
        Assert.DoesNotContain(report.Flips, flip => flip.Second.HasTree);
    }

    [Fact]
    public async Task Jobs_that_are_older_than_their_dataset_s_hash_are_paired_by_their_questions()
    {
        var (first, second) = (await JobAsync(s_spec, right: _ => true), await JobAsync(s_spec, right: i => i > 0));
        await ExecuteAsync("UPDATE jobs SET dataset_sha256 = NULL WHERE job_id = @first", new { first });
        var report = await Reader.ReadAsync(new("a", [first, await CancelledAsync(s_spec with { Width = 2 })]), new("b", [second]),
            new(100), Ct);
        Assert.Equal("id-0", Assert.Single(report.Flips).CustomId);
    }

    Task<FlipReport> ReadAsync(long first, long second) =>
        Reader.ReadAsync(new($"job {first}", [first]), new($"job {second}", [second]), new(100), Ct);

    async Task<long> CancelledAsync(JobSpec spec)
    {
        var job = await Jobs.EnqueueAsync(spec, s_problems, Ct);
        await Jobs.CancelAsync(job, Ct);
        return job;
    }

    /// <summary>A job with a result for each problem, two solutions for each of its answers.</summary>
    /// <param name="silent">Problems whose only solution has no answer.</param>
    /// <param name="batches">How many batches are worked on; null: all.</param>
    async Task<long> JobAsync(JobSpec spec, Func<int, bool> right, Func<int, bool>? failed = null, Func<int, bool>? silent = null,
        IReadOnlyList<ProblemSpec>? problems = null, int? batches = null)
    {
        var job = await Jobs.EnqueueAsync(spec, problems ?? s_problems, Ct);
        for (var i = 0; i != batches && await Leases.ClaimAsync("worker", 1, Ttl, Ct) is [var lease]; i++)
            await CompleteAsync(lease, await Problems.LoadPendingAsync(lease, Ct), right, failed ?? (_ => false), silent ?? (_ => false));
        return job;
    }

    async Task CompleteAsync(BatchLease lease, IReadOnlyList<BatchProblem> pending, Func<int, bool> right, Func<int, bool> failed,
        Func<int, bool> silent) => Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(problem =>
        {
            var no = int.Parse(problem.Spec.CustomId[3..], System.Globalization.CultureInfo.InvariantCulture);
            var result = Result(lease, problem, failed(no) ? "broken" : null);
            if (failed(no)) return result;
            var answer = silent(no) ? null : right(no) ? $"{2 * no}" : "-1";
            return result with
            {
                Answer = result.Answer with
                {
                    Answer = answer,
                    Correct = problem.Spec.GoldAnswer is null ? null : answer is not null && right(no),
                    Candidates = answer is null ? [new(1, null, "no end", [0.25])]
                        :
                        [
                            new(1, answer, "good", [0.9, 0.5]), new(2, "other", "wrong", [0.99]), new(3, $" {answer}.0", "better", [0.75]),
                            new(4, answer, "as good as better", [0.75]),
                        ],
                },
            };
        })], Ct));
}
