using System.Globalization;

namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// How long a statement waits for a lock on a row. One row that another session holds, for a night perhaps, must not stop the work on other
/// rows. A lock that is not free in time is a passing fault (55P03). The limit holds to the end of the statement's transaction, so it needs
/// no option of the session, which a pooler between may not pass on.
/// </summary>
static class LockWait
{
    /// <summary>Shorter than the command's own limit of 10 s and a renewal's of 5 s: the fault then names the lock.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(4);

    /// <summary>For work that has other rows to go on with: longer than the end of a batch takes.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(250);

    /// <summary>For a row that was not free a moment ago. PostgreSQL's 0 is no limit.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// A condition that is always true, and sets the limit to <see cref="Usual"/> before the statement's rows are locked.
    /// </summary>
    public const string Limited = "(SELECT set_config('lock_timeout', '4000', true)) IS NOT NULL";

    /// <summary>The same, with the limit as the parameter <c>@LockWait</c>: <see cref="Of"/>.</summary>
    public const string LimitedTo = "(SELECT set_config('lock_timeout', @LockWait, true)) IS NOT NULL";

    /// <summary>The value of <c>@LockWait</c>.</summary>
    public static string Of(TimeSpan wait) => ((long)wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
