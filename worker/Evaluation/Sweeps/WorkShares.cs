namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>How long workers were at work on jobs. Pure.</summary>
static class WorkShares
{
    /// <summary>
    /// Seconds of one worker by job. While a worker has several jobs in hand, each job gets an equal share of the time, because it would
    /// have been faster without the others. Time in which no worker held a job, before its window opened or after a crash, counts for no
    /// job.
    /// </summary>
    public static IReadOnlyDictionary<long, double> Of(IEnumerable<WorkSpan> spans)
    {
        var seconds = new Dictionary<long, double>();
        foreach (var worker in spans.GroupBy(span => span.Worker))
        {
            var inHand = new Dictionary<long, int>();
            var since = double.NegativeInfinity;
            foreach (var (time, job, change) in worker.SelectMany(Ends).OrderBy(end => end.Time))
            {
                foreach (var other in inHand.Keys) seconds[other] = seconds.GetValueOrDefault(other) + ((time - since) / inHand.Count);
                since = time;
                var count = inHand.GetValueOrDefault(job) + change;
                if (count == 0) inHand.Remove(job);
                else inHand[job] = count;
            }
        }

        return seconds;
    }

    static (double Time, long Job, int Change)[] Ends(WorkSpan span) => [(span.From, span.JobId, 1), (span.Until, span.JobId, -1)];
}
