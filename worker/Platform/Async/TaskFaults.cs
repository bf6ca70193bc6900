namespace RebaseBatch.Platform.Async;

/// <summary>Tasks that nobody awaits any more.</summary>
static class TaskFaults
{
    /// <summary>Reads the task's exception if it fails later. Otherwise .NET would report an unobserved exception.</summary>
    public static void ObserveFault(this Task task) =>
        _ = task.ContinueWith(
            static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
