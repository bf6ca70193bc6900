using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace RebaseBatch.Tests.Support;

/// <summary>Lists the routes that a part of the program maps, without a server.</summary>
static class MappedRoutes
{
    public static IReadOnlyList<string?> Of(Action<IEndpointRouteBuilder> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        using var app = (IDisposable)builder.Build();
        var routes = (IEndpointRouteBuilder)app;
        map(routes);
        var endpoints = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        return [.. endpoints.Select(endpoint => endpoint.RoutePattern.RawText)];
    }
}
