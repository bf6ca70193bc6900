namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// How long a job will take, from what is seen of it while it runs. It counts down, and changes its mind slowly: people read a figure that
/// jumps as no figure. Pure: the caller says what time it is.
/// </summary>
/// <remarks>
/// A search that is on its way has as many tokens before it as behind it: that is so on average, however its length is distributed, when
/// searches begin one after the other (the residual life of a renewal process is as long as its age). A search that has not begun will take
/// the mean of all others at their expected length. Only the finished ones would be too few and too short: short searches end first.
/// </remarks>
sealed class RemainingTime
{
    // Less says nothing yet.
    const double LeastSeconds = 5, LeastWindow = 20;
    const int LeastProblems = 2, EnoughProblems = 5;
    const double LeastShare = 0.05;

    // Within this the figure only counts down. Beyond it, it rises by at most this share and these seconds a second.
    const double Tolerated = 1.1, ToleratedSeconds = 3, RisingShare = 0.02, RisingSeconds = 0.5;

    // A job that stands still for so long has no rate.
    const double Patience = 60;

    // The last searches end one by one, and a machine with fewer searches than it has room for is slower in all.
    const double Tail = 1.5;

    // The looks kept: enough for a rate over half of the time, and few however long it is.
    const int Looks = 200;

    readonly List<(double At, long Tokens)> _looks = [];
    double _shownAt, _movedAt;

    /// <summary>Seconds; null while nothing can be said.</summary>
    public double? Seconds { get; private set; }

    /// <param name="at">In seconds, from any moment on.</param>
    /// <param name="tokens">Sampled by all searches of the job.</param>
    /// <param name="done">Problems that are done.</param>
    /// <param name="problems">All problems.</param>
    /// <param name="open">Searches that have begun and go on, and the tokens that they have sampled.</param>
    public void Add(double at, long tokens, int done, int problems, (int Searches, long Tokens) open)
    {
        if (_looks.Count == 0 || tokens > _looks[^1].Tokens) _movedAt = at;
        if (at - _movedAt > Patience || _looks.Count > 0 && tokens < _looks[0].Tokens) Reset(at);
        if (_looks.Count == 0 || at - _looks[^1].At >= (at - _looks[0].At) / Looks) _looks.Add((at, tokens));
        var estimate = Estimate(at, tokens, done, problems, open);
        Seconds = Seconds is { } shown ? Next(shown, Math.Max(0, at - _shownAt), estimate) : estimate;
        _shownAt = at;
    }

    void Reset(double at)
    {
        _looks.Clear();
        (Seconds, _movedAt) = (null, at);
    }

    double? Estimate(double at, long tokens, int done, int problems, (int Searches, long Tokens) open)
    {
        var seen = at - _looks[0].At;
        if (seen < LeastSeconds || done < Math.Max(LeastProblems, Math.Min(LeastShare * problems, EnoughProblems))) return null;
        // Half of the time: a worker that came or went shows soon, and a burst of short searches does not.
        var from = at - Math.Max(LeastWindow, seen / 2);
        var old = _looks[Math.Max(0, _looks.FindLastIndex(look => look.At <= from))];
        if (tokens <= old.Tokens || at <= old.At) return null;
        var mean = (double)(tokens + open.Tokens) / (done + open.Searches);
        var left = open.Tokens * (open.Searches > 1 ? Tail : 1) + Math.Max(0, problems - done - open.Searches) * mean;
        return left * (at - old.At) / (tokens - old.Tokens);
    }

    static double Next(double shown, double passed, double? estimate)
    {
        var counted = Math.Max(0, shown - passed);
        var pace = 1 - Math.Exp(-passed / Math.Max(5, counted / 6));
        var next = estimate switch
        {
            null => counted,
            { } less when less < counted => counted + (less - counted) * pace,
            { } more when more > counted * Tolerated + ToleratedSeconds =>
                Math.Min(counted + (more - counted) * pace, shown + passed * (RisingShare * shown + RisingSeconds)),
            _ => counted,
        };
        return Math.Max(next, 1);
    }
}
