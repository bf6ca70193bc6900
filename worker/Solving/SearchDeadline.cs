namespace RebaseBatch.Solving;

/// <summary>
/// A job's deadline, counted from its claim on this process's stopwatch: the database's clock says how much time is left, and this
/// machine's clock, which may be wrong or may be set meanwhile, is not asked.
/// </summary>
/// <param name="left">Time from now to the deadline; negative when it has passed.</param>
sealed class SearchDeadline(TimeSpan left, TimeProvider time)
{
    readonly long _begun = time.GetTimestamp();

    /// <summary>In seconds from the claim.</summary>
    public double At => left.TotalSeconds;

    /// <summary>Seconds since the claim.</summary>
    public double Now => time.GetElapsedTime(_begun).TotalSeconds;
}
