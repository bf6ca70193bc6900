namespace RebaseBatch.Tests.Durable.Batches;

/// <summary>Workers with places take batches by the <see cref="ClaimModel"/>, by a clock of its own: a week takes a second.</summary>
/// <param name="workers">The places of each worker.</param>
sealed class QueueSimulation(IReadOnlyList<int> workers, IReadOnlyDictionary<string, double> weights)
{
    public static DateTime Begin { get; } = new(2026, 11, 2, 0, 0, 0, DateTimeKind.Utc);

    readonly Dictionary<(int Priority, string Team), WaitingLine> _lines = [];
    readonly PriorityQueue<Event, (DateTime, int)> _events = new();
    readonly Dictionary<long, SimulatedJob> _waiting = [];
    readonly Dictionary<string, int> _running = [];
    readonly Dictionary<(int, string), List<long>> _runningTurns = [];
    readonly Dictionary<int, DateTime> _served = [];
    readonly int[] _free = [.. workers];
    DateTime _lastClaim = Begin;
    double _clock;
    long _batches;
    int _order;

    /// <summary>Each batch that was taken: when, of which job, and how long its line had waited.</summary>
    public List<SimulatedClaim> Claims { get; } = [];

    /// <summary>The longest time between two claims while something waited.</summary>
    public TimeSpan LongestPause { get; private set; }

    public int MostPriorities { get; private set; }

    public void Enqueue(SimulatedJob job) => _events.Enqueue(new(job, -1, null), (job.At, _order++));

    public void Run(DateTime end)
    {
        while (_events.TryDequeue(out var next, out var at) && at.Item1 <= end)
        {
            if (next.Ended is { } ended)
            {
                _running[ended.Line.Team]--;
                _runningTurns[(ended.Line.Priority, ended.Line.Team)].Remove(ended.Turn);
                _free[next.Worker]++;
            }
            else
            {
                Add(next.Job, at.Item1);
            }

            // One that looks for work finds the places that became free; idle ones hear of new work.
            for (var worker = 0; worker < _free.Length; worker++) Claim(worker, at.Item1);
        }
    }

    void Add(SimulatedJob job, DateTime now)
    {
        var key = (job.Priority, job.Team);
        if (!_lines.TryGetValue(key, out var line))
            _lines[key] = line = new(job.Priority, job.Team)
            {
                Weight = weights.GetValueOrDefault(job.Team, 1), Due = new SortedSet<WaitingBatch>(),
            };
        var due = (SortedSet<WaitingBatch>)line.Due;
        var running = _runningTurns.TryGetValue(key, out var turns) && turns.Count > 0 ? turns.Max() : 0;
        var turn = Math.Max(running, due.Min?.Turn ?? 0);
        for (var batch = 0; batch < job.Batches; batch++)
        {
            var id = ++_batches;
            due.Add(new(id, turn + batch * job.BatchSize, now));
            _waiting[id] = job;
        }
    }

    void Claim(int worker, DateTime now)
    {
        if (_free[worker] == 0) return;
        var lines = _lines.Values.Where(line => line.Due.Count > 0).ToList();
        if (lines.Count == 0) return;
        MostPriorities = Math.Max(MostPriorities, lines.DistinctBy(line => line.Priority).Count());
        foreach (var line in lines)
        {
            line.Running = _running.GetValueOrDefault(line.Team);
            line.TeamPass = _lines.Values.Where(other => other.Team == line.Team).Max(other => other.Pass);
        }

        var places = ClaimModel.Next(lines, _served, _clock, now, _free[worker]);
        LongestPause = TimeSpan.FromTicks(Math.Max(LongestPause.Ticks, (now - _lastClaim).Ticks));
        _lastClaim = now;
        var highest = lines.Max(line => line.Priority);
        foreach (var of in places.GroupBy(place => place.Line).ToList())
        {
            foreach (var (line, batch) in of)
            {
                var job = _waiting[batch.Id];
                Claims.Add(new(now, worker, job, ClaimModel.Waited(lines.Where(l => l.Priority == line.Priority && l.Due.Count > 0),
                    _served, now), highest));
                _served[line.Priority] = now;
                _waiting.Remove(batch.Id);
                ((SortedSet<WaitingBatch>)line.Due).Remove(batch);
                _running[line.Team] = _running.GetValueOrDefault(line.Team) + 1;
                var key = (line.Priority, line.Team);
                if (!_runningTurns.TryGetValue(key, out var turns)) _runningTurns[key] = turns = [];
                turns.Add(batch.Turn);
                _free[worker]--;
                _events.Enqueue(new(job, worker, (line, batch.Turn)), (now + job.NextDuration(), _order++));
            }

            ClaimModel.Serve(of.Key, _clock, of.Count());
        }

        _clock = Math.Max(_clock, _lines.Values.Max(line => line.Start));
    }

    sealed record Event(SimulatedJob Job, int Worker, (WaitingLine Line, long Turn)? Ended);
}
