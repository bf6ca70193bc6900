using System.Text;
using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>A producer that speaks plain AMQP 1.0 with the broker, for messages that the SDK for .NET can't send.</summary>
static class RawProducer
{
    /// <summary>Sends over a connection of its own.</summary>
    /// <exception cref="AmqpException">The broker refused the message or the link.</exception>
    public static async Task SendAsync(ServiceBusBroker broker, BrokerEntity queue, params IEnumerable<Message> messages)
    {
        var factory = new ConnectionFactory();
        factory.SASL.Profile = SaslProfile.Anonymous;
        var connection = await factory.CreateAsync(new Address("127.0.0.1", broker.Port, null, null, "/", "amqp"));
        try
        {
            var sender = new SenderLink(new Session(connection), "raw", queue.Name);
            foreach (var message in messages) await sender.SendAsync(message);
        }
        finally
        {
            await connection.CloseAsync();
        }
    }

    /// <param name="id">A string, ulong, Guid or byte[], which are the four kinds of AMQP; null for a message without an id.</param>
    /// <param name="text">The body, as far as its form has room for a text.</param>
    public static Message Message(RawBody form, string text, object? id)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var message = new Message { BodySection = Body(form, text, bytes) };
        if (id is null) return message;
        message.Properties = new();
        message.Properties.SetMessageId(id);
        return message;
    }

    static RestrictedDescribed? Body(RawBody form, string text, byte[] bytes) => form switch
    {
        RawBody.Data => new Data { Binary = bytes },
        RawBody.SeveralData => Several(bytes[..(bytes.Length / 2)], bytes[(bytes.Length / 2)..]),
        RawBody.ValueText => new AmqpValue { Value = text },
        RawBody.ValueBinary => new AmqpValue { Value = bytes },
        RawBody.ValueMap => new AmqpValue { Value = new Map { ["text"] = text } },
        RawBody.ValueNumber => new AmqpValue { Value = 42 },
        RawBody.ValueNull => new AmqpValue { Value = null },
        RawBody.Sequence => new AmqpSequence { List = new List<object> { text, 42 } },
        _ => null,
    };

    static DataList Several(params IEnumerable<byte[]> parts)
    {
        var list = new DataList();
        foreach (var part in parts) list.Add(new Data { Binary = part });
        return list;
    }
}
