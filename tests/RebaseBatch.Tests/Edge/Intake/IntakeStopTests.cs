using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>A stop while the queue answers nothing.</summary>
public sealed class IntakeStopTests(PostgresServer server) : IntakeWorkerTest(server)
{
    /// <summary>Five seconds for settling, and as long again for a loaded machine.</summary>
    static readonly TimeSpan s_soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_worker_stops_while_its_queue_is_frozen_in_the_middle_of_a_call()
    {
        Queue.IsFrozen = true;
        var worker = await StartAsync();
        var watch = Stopwatch.StartNew();
        await worker.DisposeAsync();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_soon);
    }

    [Fact]
    public async Task A_worker_stops_while_the_queue_takes_back_nothing_of_what_it_holds()
    {
        for (var i = 0; i < 5; i++) await SendAsync($"newer-{i}", Newer);
        var worker = await StartAsync();
        await Eventually.TrueAsync(() => Called(Queue, "receive") == 5);
        Queue.IsFrozen = true;
        var watch = Stopwatch.StartNew();
        await worker.DisposeAsync();
        // They are told at the same time, not one after another; then comes the end of the connection.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, 2 * s_soon);
        Assert.Equal((5, 0), (Queue.Count, Called(Queue, "abandon")));
    }

    [Fact]
    public async Task Batches_drain_while_the_intake_still_waits_for_its_queue()
    {
        await SendAsync("newer", Newer);
        Vacancy.Set(true);
        using var intake = Make();
        var batches = new Batches(() => !intake.ExecuteTask!.IsCompleted);
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<IHostedService>(batches).AddSingleton<IHostedService>(intake);
        using var host = builder.Build();
        await host.StartAsync(Ct);
        await Eventually.TrueAsync(() => Called(Queue, "receive") == 1);
        Queue.IsFrozen = true;

        await host.StopAsync(Ct);

        Assert.True(batches.DrainedDuringIntake);
        // The host has waited for both.
        Assert.True(intake.ExecuteTask!.IsCompletedSuccessfully);
    }

    sealed class Batches(Func<bool> intakeRuns) : IHostedService
    {
        public bool DrainedDuringIntake { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            DrainedDuringIntake = intakeRuns();
            return Task.CompletedTask;
        }
    }
}
