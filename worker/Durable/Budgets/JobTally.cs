using RebaseBatch.Core.Searching;

namespace RebaseBatch.Durable.Budgets;

/// <summary>
/// Adds up one job's work. It counts no step twice and forgets none, however a checkpoint and a query of the database overlap: of the
/// problems that this worker holds it knows every step itself, and it reads only the sums of the other problems. Thread-safe, no I/O.
/// </summary>
sealed class JobTally
{
    readonly Lock _gate = new();
    readonly Dictionary<long, Held> _held = [];
    DecodedWork? _elsewhere;
    long _holds;

    /// <summary>The job's work as far as it is known; null when the database must be queried first.</summary>
    public DecodedWork? Total
    {
        get
        {
            lock (_gate) return _held.Values.Aggregate(_elsewhere, (sum, held) => sum + held.Work);
        }
    }

    /// <summary>Takes over a problem with its stored work. Sums that were read before may contain it, so they are dropped.</summary>
    public Held Hold(long problem, DecodedWork stored)
    {
        lock (_gate)
        {
            _elsewhere = null;
            _holds++;
            // An earlier lease of this worker may still hold the problem: late steps of that lease no longer count in any sum.
            return _held[problem] = new() { Work = stored };
        }
    }

    /// <summary>Counts a finished step of a held problem, before the step is stored.</summary>
    public void Add(Held problem, DecodedWork step)
    {
        lock (_gate) problem.Work += step;
    }

    /// <summary>Gives a problem back; all its steps are stored, or lost with the lease. The next query reads it with the others.</summary>
    public void Release(Held problem)
    {
        lock (_gate) problem.IsReleased = true;
    }

    /// <summary>Called before a query: says which problems' sums the query leaves out.</summary>
    public Query BeginQuery()
    {
        lock (_gate)
        {
            var released = _held.Where(pair => pair.Value.IsReleased).Select(pair => pair.Key).ToList();
            return new([.. _held.Keys.Except(released)], released, _holds);
        }
    }

    /// <summary>Takes the result of a query. False: a problem was taken over meanwhile, and the sums may contain it; query again.</summary>
    public bool EndQuery(Query query, DecodedWork elsewhere)
    {
        lock (_gate)
        {
            if (query.Holds != _holds) return false;
            foreach (var problem in query.Released) _held.Remove(problem);
            _elsewhere = elsewhere;
            return true;
        }
    }

    /// <summary>A problem that this worker holds, or one that it gave back since the last query.</summary>
    public sealed class Held
    {
        internal DecodedWork Work { get; set; }

        internal bool IsReleased { get; set; }
    }

    /// <param name="LeftOut">Problems whose sums the query leaves out.</param>
    /// <param name="Released">Problems that were left out until now and that the query reads again.</param>
    /// <param name="Holds">How many problems had been taken over so far.</param>
    public sealed record Query(IReadOnlyList<long> LeftOut, IReadOnlyList<long> Released, long Holds);
}
