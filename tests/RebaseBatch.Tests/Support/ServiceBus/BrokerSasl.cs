using Amqp;
using Amqp.Sasl;
using Amqp.Types;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// The mechanism that the SDK asks for: it lets everybody in, because the client shows its token at <c>$cbs</c> afterwards. Source:
/// https://docs.oasis-open.org/amqp/amqp-cbs/v1.0/amqp-cbs-v1.0.html
/// </summary>
sealed class BrokerSasl() : SaslProfile(Name)
{
    public const string Name = "MSSBCBS";

    protected override ITransport UpgradeTransport(ITransport transport) => transport;

    protected override DescribedList GetStartCommand(string hostname) => throw new NotSupportedException();

    protected override DescribedList OnCommand(DescribedList command) => new SaslOutcome { Code = SaslCode.Ok };
}
