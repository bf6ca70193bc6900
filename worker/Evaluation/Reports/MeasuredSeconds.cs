namespace RebaseBatch.Evaluation.Reports;

/// <summary>The points that were measured on one kind of machine, with their seconds a problem.</summary>
/// <param name="Hardware">The devices, as the jobs stored them.</param>
/// <param name="AreOfDevices">Whether the seconds are those in which the devices decoded; else those from the start of a search to its
/// answer.</param>
/// <param name="Points">At least one.</param>
/// <param name="LeftOut">Why jobs are not among them, a sentence each.</param>
sealed record MeasuredSeconds(
    string Hardware, bool AreOfDevices, IReadOnlyList<MeasuredPoint> Points, IReadOnlyList<string> LeftOut)
{
    /// <summary>What the seconds are.</summary>
    public string Meaning => AreOfDevices
        ? "in seconds that the devices decoded for a problem, all its models together"
        : "in wall seconds as run, from the start of a problem's search to its answer with other searches beside it, because not all jobs "
            + "have device seconds";

    /// <param name="hardware">A part of the devices' description; null for the devices of the newest job.</param>
    /// <returns>Null: no job's machine and seconds are known, or none ran on that hardware.</returns>
    public static MeasuredSeconds? Of(MeasuredDataset evaluation, string? hardware)
    {
        var machines = evaluation.Jobs.ToDictionary(job => job.JobId, MachineOf);
        var newest = evaluation.Jobs.LastOrDefault(job => machines[job.JobId] is { } machine
            && (hardware is null || machine.Contains(hardware, StringComparison.OrdinalIgnoreCase)));
        if (newest is null) return null;
        var chosen = machines[newest.JobId]!;
        var here = evaluation.Jobs.Where(job => machines[job.JobId] == chosen).ToList();
        // Seconds of one kind only can be compared.
        var ofDevices = here.TrueForAll(job => Average(job, problem => DeviceSeconds(job, problem)) > 0);
        var seconds = new Dictionary<long, Func<MeasuredProblem, double?>>();
        var leftOut = evaluation.Jobs.Except(here).Select(job => (job.JobId, Reason: machines[job.JobId] is { } machine
            ? $"ran on {machine}" : "on which machine is not known")).ToList();
        foreach (var job in here)
        {
            Func<MeasuredProblem, double?> of = ofDevices ? problem => DeviceSeconds(job, problem) : problem => problem.WallSeconds;
            if (Average(job, of) > 0) seconds[job.JobId] = of;
            else leftOut.Add((job.JobId, "the seconds are not known"));
        }

        var jobs = here.ToDictionary(job => job.JobId);
        var points = evaluation.Points.Where(point => point.Jobs.All(seconds.ContainsKey)).Select(point => point with
        {
            Seconds = point.Jobs.SelectMany(job => jobs[job].Graded.Select(problem => ofDevices && point.Series.Reward is null
                ? problem.PolicySeconds : seconds[job](problem))).Average(),
        }).Where(point => point.Seconds > 0).ToList();
        return points.Count == 0 ? null : new(chosen, ofDevices, points,
            [.. leftOut.GroupBy(one => one.Reason, one => one.JobId).Select(alike => $"{Jobs([.. alike])} left out: {alike.Key}")]);
    }

    static string Jobs(IReadOnlyList<long> jobs) => jobs.Count == 1 ? $"job {jobs[0]} is" : $"jobs {string.Join(", ", jobs)} are";

    /// <returns>Null: not known, or several machines that differ.</returns>
    static string? MachineOf(MeasuredJob job)
    {
        var machines = job.Environments.Select(one => one.Devices.Count == 0 ? "servers" : string.Join(" + ", one.Devices));
        return machines.Distinct().ToList() is [var one] ? one : null;
    }

    static double? DeviceSeconds(MeasuredJob job, MeasuredProblem problem) =>
        problem.PolicySeconds + (job.Reward is null ? 0 : problem.RewardSeconds) + problem.EmbeddingSeconds;

    /// <returns>Null: of a problem that did not fail they are not known.</returns>
    static double? Average(MeasuredJob job, Func<MeasuredProblem, double?> seconds) =>
        job.Graded.All(problem => seconds(problem) is not null) ? job.Graded.Average(seconds) : null;
}
