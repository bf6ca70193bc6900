using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// A link on which requests come, for <c>$cbs</c> or a queue's <c>$management</c>. Each answer goes out on the link whose address the
/// request names.
/// </summary>
/// <param name="answer">The answer to an operation on a request.</param>
/// <param name="replies">The open links for answers, by their address.</param>
sealed class BrokerRequests(Func<Message, string, Message> answer, Func<string, ListenerLink?> replies) : LinkEndpoint
{
    public override void OnFlow(FlowContext flowContext)
    {
    }

    public override void OnDisposition(DispositionContext dispositionContext) => dispositionContext.Complete();

    public override void OnMessage(MessageContext messageContext)
    {
        var request = messageContext.Message;
        messageContext.Complete();
        var reply = answer(request, request.ApplicationProperties?["operation"] as string ?? "");
        reply.Properties = new();
        reply.Properties.SetCorrelationId(request.Properties.GetMessageId());
        try
        {
            replies(request.Properties.ReplyTo ?? "")?.SendMessage(reply);
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException or InvalidOperationException)
        {
            // The client closed the link for answers.
        }
    }

    /// <summary>Names have a dash here, unlike those of <see cref="BrokerManagement.Status"/>.</summary>
    public static Message TokenAnswer(bool isRefused) => new()
    {
        BodySection = new AmqpValue { Value = null },
        ApplicationProperties = new()
        {
            ["status-code"] = isRefused ? 401 : 202,
            ["status-description"] = isRefused ? "InvalidSignature: The token has an invalid signature." : "Accepted",
        },
    };

    public static Map BodyOf(Message request) => request.Body as Map ?? [];
}
