using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Tests.Support.Workers;

/// <summary>A worker inside the test's process, on the test's database and results folder.</summary>
sealed class WorkerInProcess : IAsyncDisposable
{
    readonly IHost _host;

    WorkerInProcess(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public static Task<WorkerInProcess> StartAsync(TestDatabase database, string resultsFolder, Action<RebaseOptions>? configure = null) =>
        StartAsync(database.DataSource, resultsFolder, configure);

    public static Task<WorkerInProcess> StartAsync(NpgsqlDataSource db, string resultsFolder, Action<RebaseOptions>? configure = null) =>
        StartAsync(new ConnectionPools(db, db, db), resultsFolder, configure);

    public static async Task<WorkerInProcess> StartAsync(
        ConnectionPools pools, string resultsFolder, Action<RebaseOptions>? configure = null)
    {
        var options = new RebaseOptions();
        options.Results.Directory = resultsFolder;
        options.Worker.Id = $"test-{Guid.NewGuid():N}";
        options.Worker.CheckpointMilliseconds = 50;
        (options.Inference.PolicyThreads, options.Inference.RewardThreads) = (1, 1);
        configure?.Invoke(options);
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        builder.Services.AddWorker(options, pools);
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else _host.Dispose();
    }
}
