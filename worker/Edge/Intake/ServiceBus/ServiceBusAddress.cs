using Azure.Messaging.ServiceBus;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>Finds faults in the settings of a queue of Azure Service Bus, without the network.</summary>
static class ServiceBusAddress
{
    /// <returns>A sentence without secrets; null if a client can be made of the settings.</returns>
    public static string? FaultOf(IntakeOptions options) => options switch
    {
        { Namespace.Length: > 0 } when options.ConnectionString.Length == 0 => NamespaceFault(options.Namespace),
        { ConnectionString.Length: > 0 } when options.Namespace.Length == 0 => ConnectionFault(options),
        _ => "set either Rebase:Intake:Namespace, for the identity of the environment, or Rebase:Intake:ConnectionString, but not both",
    };

    static string? NamespaceFault(string name)
    {
        var host = Uri.TryCreate(name, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : name;
        return Uri.CheckHostName(host) is not UriHostNameType.Unknown ? null
            : $"Rebase:Intake:Namespace '{name}' is not the name of a host: set it to NAME.servicebus.windows.net";
    }

    static string? ConnectionFault(IntakeOptions options)
    {
        const string Form = "copy it from the namespace, or write Endpoint=sb://HOST;SharedAccessKeyName=NAME;SharedAccessKey=KEY";
        try
        {
            var parts = ServiceBusConnectionStringProperties.Parse(options.ConnectionString);
            // The client takes the scheme of an endpoint without a host for a host.
            if (parts.FullyQualifiedNamespace is not { Length: > 0 } or "sb")
                return $"Rebase:Intake:ConnectionString has no Endpoint: {Form}";
            if (parts.SharedAccessSignature is not { Length: > 0 }
                && !(parts is { SharedAccessKeyName.Length: > 0, SharedAccessKey.Length: > 0 }))
                return "Rebase:Intake:ConnectionString has neither SharedAccessKeyName and SharedAccessKey nor SharedAccessSignature: "
                    + Form;
            if (parts.EntityPath is { Length: > 0 } other && !other.Equals(options.Queue, StringComparison.OrdinalIgnoreCase))
                return $"Rebase:Intake:ConnectionString is for '{other}' (its EntityPath), and Rebase:Intake:Queue is '{options.Queue}': "
                    + "set both to the same queue, or remove the EntityPath";
            // The client itself is the judge of a signature's form. It connects to nothing until it is used.
            _ = new ServiceBusClient(options.ConnectionString);
            return null;
        }
        // The client splits the text without looking at each part.
        catch (Exception e) when (e is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            return $"Rebase:Intake:ConnectionString can't be read: {Form}";
        }
    }
}
