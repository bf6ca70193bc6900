using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Solving;

/// <summary>Tells the faults of this machine from the faults of the work.</summary>
static class MachineFaults
{
    /// <summary>
    /// The fault of this machine that ended the work; null when the work itself, its models' engine or the database failed.
    /// </summary>
    public static MachineFaultException? Of(Exception fault) => fault switch
    {
        MachineFaultException known => known,
        OutOfMemoryException => new(null, $"this machine has no memory left for the job: {fault.Message}", fault),
        // The database's and the models' faults have types of their own, so these come from this machine's files: a full disk, a
        // permission, a file that vanished.
        IOException or UnauthorizedAccessException => new(null, $"a file of this machine can't be used: {fault.Message}", fault),
        _ => null,
    };
}
