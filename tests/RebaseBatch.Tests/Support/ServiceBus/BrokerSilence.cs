using Amqp.Listener;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>A link on which the broker only answers requests that came on another.</summary>
sealed class BrokerSilence : LinkEndpoint
{
    public override void OnFlow(FlowContext flowContext)
    {
    }

    public override void OnDisposition(DispositionContext dispositionContext) => dispositionContext.Complete();
}
