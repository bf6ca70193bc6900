using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Benchmarks.Queue;

/// <summary>A queue of which claims are measured.</summary>
/// <param name="Name">For people.</param>
/// <param name="Jobs">How many jobs wait.</param>
/// <param name="Batches">Of each job.</param>
sealed record ClaimShape(string Name, int Jobs, int Batches)
{
    /// <summary>SQL: what the waiting batches are set to, such as their team; empty for nothing.</summary>
    public string Spread { get; init; } = "";

    /// <summary>SQL that runs after that, such as the caps of teams; empty for nothing.</summary>
    public string Setup { get; init; } = "";

    /// <summary>What the claims pass over.</summary>
    public LeftOut LeftOut { get; init; } = LeftOut.Nothing;

    const string Teams = "team = 'team ' || job_id % ";

    /// <param name="waiting">Batches in each but the first.</param>
    public static IReadOnlyList<ClaimShape> All(int waiting, string policy)
    {
        var nothing = new LeftOut([policy], [], []);
        return
        [
            new("24 batches of one job", 1, 24),
            new("one job", 1, waiting),
            new("24 jobs", 24, waiting / 24),
            new("as many jobs", waiting, 1),
            new("12 teams", waiting / 10, 10) { Spread = $"{Teams}12" },
            new("12 teams, 5 priorities", waiting / 10, 10) { Spread = $"{Teams}12, priority = job_id / 12 % 5" },
            new("200 teams, 5 priorities", waiting / 10, 10) { Spread = $"{Teams}200, priority = job_id / 200 % 5" },
            new("200 teams, all at their caps", waiting / 10, 10)
            {
                Spread = $"{Teams}200", Setup = "INSERT INTO teams (name, most_running) SELECT DISTINCT team, 0 FROM batches",
            },
            new("as many jobs, their model at its cap", waiting, 1)
            {
                Setup = "INSERT INTO model_caps (model, most_running) SELECT DISTINCT spec ->> 'policy', 0 FROM jobs",
            },
            new("one job that this worker can't serve", 1, waiting) { LeftOut = nothing },
            new("as many jobs that it can't serve", waiting, 1) { LeftOut = nothing },
            new("as many jobs that it can't serve, 200 teams", waiting, 1) { Spread = $"{Teams}200", LeftOut = nothing },
            new("as many jobs with a need that it doesn't meet", waiting, 1)
            {
                Setup = "UPDATE jobs SET spec = jsonb_set(spec, '{needs}', '[\"gpu=h200\"]'); "
                    + "UPDATE batches b SET kind = j.kind FROM jobs j WHERE j.job_id = b.job_id",
            },
            new("as many jobs that it can't serve, and one that it can", waiting, 1)
            {
                Setup = "UPDATE jobs SET spec = jsonb_set(spec, '{policy}', '\"another\"') WHERE job_id = (SELECT max(job_id) FROM jobs); "
                    + "UPDATE batches b SET kind = j.kind FROM jobs j WHERE j.job_id = b.job_id",
                LeftOut = nothing,
            },
            new("9 of 10 held back, at the line's head", waiting, 1)
            {
                Setup = "UPDATE batches SET run_at = 'infinity', turn = -1 WHERE batch_id % 10 > 0",
            },
        ];
    }
}
