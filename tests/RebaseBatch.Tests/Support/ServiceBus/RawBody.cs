namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// The forms that the body of an AMQP message may have. Source: section 3.2 of https://docs.oasis-open.org/amqp/core/v1.0/os/
/// amqp-core-messaging-v1.0-os.html. The SDK for .NET sends <see cref="Data"/> only.
/// </summary>
public enum RawBody
{
    /// <summary>One data section, as SDKs send it.</summary>
    Data,

    /// <summary>Two data sections.</summary>
    SeveralData,

    /// <summary>A value that is a string: what qpid-proton sends for a text, and JMS for a TextMessage.</summary>
    ValueText,

    /// <summary>A value that is binary.</summary>
    ValueBinary,

    /// <summary>A value that is a map: a MapMessage of JMS.</summary>
    ValueMap,

    /// <summary>A value that is a number.</summary>
    ValueNumber,

    /// <summary>A value that is null.</summary>
    ValueNull,

    /// <summary>A list: a StreamMessage of JMS.</summary>
    Sequence,

    /// <summary>No section at all.</summary>
    None,
}
