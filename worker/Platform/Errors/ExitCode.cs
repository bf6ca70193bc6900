namespace RebaseBatch.Platform.Errors;

/// <summary>The program's exit codes. docs/configuration.md documents them. Never renumber them.</summary>
enum ExitCode
{
    Ok = 0,

    /// <summary>A fault of the program itself; the log has the stack trace.</summary>
    Unexpected = 1,

    /// <summary>A command line, configuration or input file that can't be used.</summary>
    BadInput = 2,

    /// <summary>A job, model, file or dead letter that does not exist.</summary>
    NotFound = 3,

    DatabaseUnavailable = 4,

    /// <summary>A model file that can't be loaded, or does not fit its role.</summary>
    ModelUnusable = 5,

    /// <summary>A folder or file that may not be read or written.</summary>
    NoPermission = 6,

    /// <summary>
    /// The work ended, but some problems have no result, or some dead letters could not be replayed, or a test notification was
    /// not taken, or the database has faults.
    /// </summary>
    Incomplete = 7,

    /// <summary>A scheduled evaluation is significantly worse than its baseline, by more than is tolerated.</summary>
    Regressed = 8,

    /// <summary>The worker that was asked about its health is unhealthy, or does not answer.</summary>
    Unhealthy = 9,

    /// <summary>The queue of messages does not answer.</summary>
    QueueUnavailable = 10,

    /// <summary>A scheduled evaluation, or a critical cell of it, has no results that can be compared with its baseline.</summary>
    NotComparable = 11,

    /// <summary>A scheduled evaluation is significantly worse than its baseline, within what is tolerated or in an advisory cell.</summary>
    Warned = 12,

    /// <summary>A scheduled evaluation is not significantly worse, and a drop beyond what is tolerated would not have been seen.</summary>
    Inconclusive = 13,

    /// <summary>The newest due run of a scheduled evaluation is not finished, or too old.</summary>
    Stale = 14,

    /// <summary>What was waited for has not happened within the time that was given.</summary>
    TimedOut = 15,

    /// <summary>Stopped by a second SIGINT or SIGTERM.</summary>
    Interrupted = 130,
}
