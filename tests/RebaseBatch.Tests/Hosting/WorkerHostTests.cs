using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Http;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

[Fast]
public sealed class WorkerHostTests
{
    readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_fails_a_service_ends_the_worker_with_its_reason()
    {
        await using var host = Host(_ => throw new UserException(ExitCode.ModelUnusable, "the model is empty"));

        var fault = await Assert.ThrowsAsync<UserException>(() => host.RunAsync(_ct));

        Assert.Equal(ExitCode.ModelUnusable, fault.Code);
    }

    [Fact]
    public async Task A_stop_lets_the_services_put_their_work_down()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_ct);
        var putDown = false;
        await using var host = Host(async ct =>
        {
            await stop.CancelAsync();
            await ct.WaitAsync();
            putDown = true;
        });

        await host.RunAsync(stop.Token);

        Assert.True(putDown);
    }

    [Fact]
    public async Task Work_that_is_not_put_down_in_time_is_told()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_ct);
        var never = new TaskCompletionSource();
        await using var host = Host(async _ =>
        {
            await stop.CancelAsync();
            await never.Task;
        });

        var fault = await Assert.ThrowsAsync<UserException>(() => host.RunAsync(stop.Token));

        Assert.Equal(ExitCode.Interrupted, fault.Code);
        never.SetResult();
    }

    static WorkerHost Host(Func<CancellationToken, Task> work)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddHostedService(_ => new Service(work));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(0.5));
        return new(builder.Build());
    }

    sealed class Service(Func<CancellationToken, Task> work) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => work(stoppingToken);
    }
}

file static class Cancellation
{
    public static Task WaitAsync(this CancellationToken ct)
    {
        var cancelled = new TaskCompletionSource();
        ct.Register(cancelled.SetResult);
        return cancelled.Task;
    }
}
