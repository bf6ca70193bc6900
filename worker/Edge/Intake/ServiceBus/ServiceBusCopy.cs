using System.Collections;
using Azure.Messaging.ServiceBus;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>Copies of received messages.</summary>
static class ServiceBusCopy
{
    /// <summary>The same body section, properties and time to live, without what dead-lettering added.</summary>
    public static ServiceBusMessage Of(ServiceBusReceivedMessage message, string id)
    {
        var copy = new ServiceBusMessage(message) { MessageId = id };
        var raw = copy.GetRawAmqpMessage();
        foreach (var properties in (IDictionary<string, object?>[])
            [raw.ApplicationProperties, raw.MessageAnnotations, raw.DeliveryAnnotations, raw.Footer])
        {
            // The client reads lists and arrays there, but throws when it sends them. A job needs none of them.
            foreach (var (name, value) in properties.ToList())
                if (value is IEnumerable and not (string or byte[])) properties.Remove(name);
        }
        return copy;
    }
}
