namespace RebaseBatch.Edge.Intake;

/// <summary>How a queue is connected to.</summary>
enum IntakeTransport
{
    /// <summary>AMQP over TLS, port 5671.</summary>
    AmqpTcp,

    /// <summary>AMQP over a web socket, port 443, also through a proxy.</summary>
    AmqpWebSockets,
}
