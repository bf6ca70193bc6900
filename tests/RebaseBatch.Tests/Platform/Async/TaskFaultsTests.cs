using RebaseBatch.Platform.Async;
using Xunit;

namespace RebaseBatch.Tests.Platform.Async;

[Fast]
public sealed class TaskFaultsTests
{
    [Fact]
    public async Task A_fault_of_a_task_that_nobody_awaits_is_not_reported_as_unobserved()
    {
        var reported = 0;
        void Report(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            if (e.Exception.InnerExceptions is [{ Message: nameof(TaskFaultsTests) }]) Interlocked.Increment(ref reported);
        }

        TaskScheduler.UnobservedTaskException += Report;
        try
        {
            await FailAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal(0, Volatile.Read(ref reported));
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Report;
        }
    }

    /// <summary>A method of its own, so that no local of the test keeps the task.</summary>
    static async Task FailAsync()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        end.Task.ObserveFault();
        end.SetException(new InvalidOperationException(nameof(TaskFaultsTests)));
        // The continuation runs on the pool.
        await Task.Delay(100, TestContext.Current.CancellationToken);
    }
}
