using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace RebaseBatch.Hosting;

/// <summary>Everything that a worker is made of.</summary>
static class WorkerServices
{
    public static IServiceCollection AddWorker(this IServiceCollection services, RebaseOptions options, NpgsqlDataSource db) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(options)
        .AddSingleton(options.Worker)
        .AddSingleton(db);
}
