using System.Collections;
using System.Text;
using Azure.Messaging.ServiceBus;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>
/// A message's body, read from the AMQP section that has it. The clients of Service Bus send a data section. Others (qpid-proton, JMS) send
/// a value, at which <see cref="ServiceBusReceivedMessage.Body"/> throws.
/// </summary>
static class ServiceBusBody
{
    /// <returns>The bytes, a text's in UTF-8. Or no bytes, and <see cref="IntakeMessage.OtherBody"/>.</returns>
    public static (ReadOnlyMemory<byte> Bytes, string? Other) Of(ServiceBusReceivedMessage message)
    {
        var body = message.GetRawAmqpMessage().Body;
        if (body.TryGetSequence(out _)) return (default, "an AMQP sequence");
        if (!body.TryGetValue(out var value)) return Filled(message.Body.ToMemory());
        return value switch
        {
            string text => Filled(Encoding.UTF8.GetBytes(text)),
            byte[] binary => Filled(binary),
            ArraySegment<byte> binary => Filled(binary),
            ReadOnlyMemory<byte> binary => Filled(binary),
            _ => (default, $"an AMQP value that holds {KindOf(value)}"),
        };
    }

    // The client makes an empty data section of a missing body, and of the value null.
    static (ReadOnlyMemory<byte> Bytes, string? Other) Filled(ReadOnlyMemory<byte> bytes) =>
        bytes.IsEmpty ? (default, "empty") : (bytes, null);

    static string KindOf(object? value) => value switch
    {
        IDictionary => "a map",
        IList => "a list",
        bool => "a boolean",
        Guid => "a UUID",
        DateTime or DateTimeOffset => "a time",
        byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal => "a number",
        _ => $"a {value?.GetType().Name}",
    };
}
