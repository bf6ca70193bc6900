using RebaseBatch.Core.Searching;

namespace RebaseBatch.Durable.Budgets;

/// <summary>
/// Adds up one job's work without counting a step twice or forgetting one, whichever way its storing and a look at the database
/// overlap: of the problems that this worker holds it knows every step itself, and only the others' sums are read. Thread-safe, no I/O.
/// </summary>
sealed class JobTally
{
    readonly Lock _gate = new();
    readonly Dictionary<long, Held> _held = [];
    DecodedWork? _elsewhere;
    long _holds;

    /// <summary>The job's work as far as it is known; null when the database must be looked at first.</summary>
    public DecodedWork? Total
    {
        get
        {
            lock (_gate) return _held.Values.Aggregate(_elsewhere, (sum, held) => sum + held.Work);
        }
    }

    /// <summary>Takes a problem over, with what is stored of it. Sums that were read before may contain it, so they are forgotten.</summary>
    public Held Hold(long problem, DecodedWork stored)
    {
        lock (_gate)
        {
            _elsewhere = null;
            _holds++;
            // Over one that an earlier lease of this worker still holds: that one's late steps are in nobody's sum from here on.
            return _held[problem] = new() { Work = stored };
        }
    }

    /// <summary>Counts a step of a problem that is held, before it is stored.</summary>
    public void Add(Held problem, DecodedWork step)
    {
        lock (_gate) problem.Work += step;
    }

    /// <summary>Gives a problem back whose steps are all stored, or lost with the lease: the next look reads it with the others.</summary>
    public void Release(Held problem)
    {
        lock (_gate) problem.IsReleased = true;
    }

    /// <summary>Before the database is looked at: which problems' sums are to be left out.</summary>
    public Look BeginLook()
    {
        lock (_gate)
        {
            var released = _held.Where(pair => pair.Value.IsReleased).Select(pair => pair.Key).ToList();
            return new([.. _held.Keys.Except(released)], released, _holds);
        }
    }

    /// <summary>Takes in what was read. False: a problem was taken over meanwhile, which the sums may contain; look again.</summary>
    public bool EndLook(Look look, DecodedWork elsewhere)
    {
        lock (_gate)
        {
            if (look.Holds != _holds) return false;
            foreach (var problem in look.Released) _held.Remove(problem);
            _elsewhere = elsewhere;
            return true;
        }
    }

    /// <summary>A problem in this worker's hands, or one that it gave back since the last look.</summary>
    public sealed class Held
    {
        internal DecodedWork Work { get; set; }

        internal bool IsReleased { get; set; }
    }

    /// <param name="LeftOut">Problems whose sums are not to be read.</param>
    /// <param name="Released">Problems that were left out until now and are to be read.</param>
    /// <param name="Holds">How many had ever been taken over.</param>
    public sealed record Look(IReadOnlyList<long> LeftOut, IReadOnlyList<long> Released, long Holds);
}
