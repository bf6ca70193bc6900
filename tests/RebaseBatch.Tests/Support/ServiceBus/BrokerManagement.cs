using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// The operations of a queue's <c>$management</c> node that the SDK uses: renewing, peeking, and settling what came on a link that is gone.
/// Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response
/// </summary>
static class BrokerManagement
{
    public static Message Answer(BrokerEntity queue, string operation, Map body) => operation switch
    {
        "com.microsoft:renew-lock" => Renew(queue, body),
        "com.microsoft:peek-message" => Peek(queue, body),
        "com.microsoft:update-disposition" => Settle(queue, body),
        _ => Status(501, $"The test's broker has no operation {operation}."),
    };

    /// <summary>Names are in camel case here, and the status is an int.</summary>
    public static Message Status(int code, string description, Map? body = null, string? condition = null)
    {
        var answer = new Message
        {
            ApplicationProperties = new() { ["statusCode"] = code, ["statusDescription"] = description },
            BodySection = new AmqpValue { Value = body },
        };
        if (condition is not null) answer.ApplicationProperties["errorCondition"] = new Symbol(condition);
        return answer;
    }

    static Message Renew(BrokerEntity queue, Map body)
    {
        var tokens = Tokens(body);
        if (queue.Faults.Strikes(BrokerFault.LockLost)) foreach (var token in tokens) queue.LoseLock(token);
        var ends = tokens.Select(queue.Renew).ToList();
        return ends.Contains(null)
            ? LockLost() : Status(200, "OK", new() { ["expirations"] = ends.Select(end => end!.Value.UtcDateTime).ToArray() });
    }

    static Message Peek(BrokerEntity queue, Map body)
    {
        var seen = queue.Peek(
            Convert.ToInt64(body["from-sequence-number"], null), Convert.ToInt32(body["message-count"], null));
        return seen.Count == 0
            ? Status(204, "NoContent", condition: "com.microsoft:message-not-found")
            : Status(200, "OK", new()
            {
                ["messages"] = new List<Map>(seen.Select(message => new Map { ["message"] = BrokerMessage.Encode(message) })),
            });
    }

    static Message Settle(BrokerEntity queue, Map body)
    {
        var tokens = Tokens(body);
        if (queue.Faults.Strikes(BrokerFault.LockLost)) foreach (var token in tokens) queue.LoseLock(token);
        var settled = tokens.Select(token => (string)body["disposition-status"] switch
        {
            "completed" => queue.Complete(token),
            "suspended" => queue.PutAside(token, Reason(body)),
            _ => queue.Abandon(token, Changes(body)),
        }).ToList();
        return settled.Contains(false) ? LockLost() : Status(200, "OK");
    }

    static Message LockLost() => Status(410, BrokerErrors.LockLost.Description, condition: BrokerErrors.LockLostCondition);

    static Dictionary<string, object> Reason(Map body)
    {
        var properties = Changes(body);
        if (body["deadletter-reason"] is string reason) properties["DeadLetterReason"] = reason;
        if (body["deadletter-description"] is string detail) properties["DeadLetterErrorDescription"] = detail;
        return properties;
    }

    static Dictionary<string, object> Changes(Map body) =>
        body["properties-to-modify"] is Map changes ? changes.ToDictionary(pair => pair.Key.ToString()!, pair => pair.Value) : [];

    static Guid[] Tokens(Map body) => body["lock-tokens"] switch
    {
        Guid[] some => some,
        object[] some => [.. some.Cast<Guid>()],
        Guid one => [one],
        _ => [],
    };
}
