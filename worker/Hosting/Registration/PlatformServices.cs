using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Hosting.Registration;

/// <summary>The services of Platform.</summary>
static class PlatformServices
{
    /// <summary>The clock, downloads, the meter, and the export to a collector if one is configured.</summary>
    public static IServiceCollection AddPlatform(this IServiceCollection services, RebaseOptions options)
    {
        services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(_ => new RemoteFiles(BlobAccount.Of(options.Blobs), options.ModelSources()))
            .AddSingleton(_ => new Meter(Spans.MeterName))
            .AddSingleton<ServiceFaults>();
        if (OtlpExport.IsAskedFor) services.AddHostedService(s => ActivatorUtilities.CreateInstance<OtlpExport>(s, options.Worker.Id));
        return services;
    }
}
