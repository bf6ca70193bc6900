using RebaseBatch.Edge.Intake;
using Xunit;

namespace RebaseBatch.Tests.Support;

/// <summary>The adapters that this build has by <c>-p:RebaseAdapters=</c>.</summary>
static class Flavour
{
    public static bool HasServiceBus { get; } = Has("RebaseBatch.Edge.Intake.ServiceBus.ServiceBusQueue");

    public static bool HasLLamaSharp { get; } = Has("RebaseBatch.Inference.Llama.LLamaSharp.LLamaSharpRuntime");

    /// <summary>Skips a test of what a build without that adapter says.</summary>
    public static void SkipWith(bool adapter) => Assert.SkipWhen(adapter, "this build has the adapter");

    static bool Has(string type) => typeof(IIntakeQueue).Assembly.GetType(type) is not null;
}
