namespace RebaseBatch.Tests.Support;

/// <summary>Waits for what another process or thread brings about.</summary>
static class Eventually
{
    static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(3);

    /// <exception cref="OperationCanceledException">It has not become true within three minutes.</exception>
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    /// <inheritdoc cref="TrueAsync(Func{bool})"/>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(s_deadline);
        while (!await condition()) await Task.Delay(10, deadline.Token);
    }
}
