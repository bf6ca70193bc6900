using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Hosting.Registration;

/// <summary>The services of Inference.</summary>
static class InferenceServices
{
    /// <summary>The models by name, those that are loaded, and the metrics of their engines.</summary>
    public static IServiceCollection AddInference(this IServiceCollection services, RebaseOptions options) => services
        .AddSingleton(options.Inference)
        .AddSingleton(_ => new ModelCatalog(options.Models, options.ModelSources()))
        .AddSingleton(s => ActivatorUtilities.CreateInstance<ModelCache>(s, options.Inference.ModelCacheDirectory))
        .AddSingleton<ModelLoader>()
        .AddSingleton<ModelPool>()
        .AddSingleton<Func<IReadOnlyList<ILoadedModel>>>(s => () => s.GetRequiredService<ModelPool>().Loaded)
        .AddHostedService<EngineMetrics>()
        .AddHostedService<EngineLog>();
}
