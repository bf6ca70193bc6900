using Azure.Identity;
using Azure.Messaging.ServiceBus;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>
/// One client for the process, which opens its links again by itself after a detach. It states its errors as the ports' exceptions.
/// </summary>
sealed class ServiceBusConnection(IntakeOptions options) : IAsyncDisposable
{
    public ServiceBusClient Client { get; } =
        options.ConnectionString.Length > 0 ? new(options.ConnectionString) : new(options.Namespace, new DefaultAzureCredential());

    public string Location => $"{Client.FullyQualifiedNamespace}/{options.Queue}";

    /// <summary>Receives only when asked and prefetches nothing: the lock of a message in a client's buffer can't be renewed.</summary>
    public ServiceBusReceiver Receiver(SubQueue part) =>
        Client.CreateReceiver(options.Queue, new ServiceBusReceiverOptions
        {
            ReceiveMode = ServiceBusReceiveMode.PeekLock, PrefetchCount = 0, SubQueue = part,
        });

    public ServiceBusSender Sender() => Client.CreateSender(options.Queue);

    public static string IdOf(ServiceBusReceivedMessage message) =>
        message.ApplicationProperties.TryGetValue(IntakeMessage.OriginalIdProperty, out var original)
            && original is string { Length: > 0 } id ? id : message.MessageId ?? "";

    public Task AttemptAsync(string id, Func<Task> call) => AttemptAsync(id, async () =>
    {
        await call();
        return true;
    });

    /// <param name="id">The message's, for <see cref="MessageLockLostException"/>.</param>
    public async Task<T> AttemptAsync<T>(string id, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ServiceBusException e) when (e.Reason is ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.MessageNotFound)
        {
            throw new MessageLockLostException(id, e);
        }
        catch (ServiceBusException e) when (e.Reason is ServiceBusFailureReason.MessagingEntityNotFound
            or ServiceBusFailureReason.MessagingEntityDisabled)
        {
            throw new UserException(ExitCode.NotFound,
                $"there is no queue {Location}, or it is disabled: create or enable it, or set Rebase:Intake:Queue", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or AuthenticationFailedException)
        {
            throw new UserException(ExitCode.NoPermission,
                $"no access to {Location}: give this identity the role Azure Service Bus Data Receiver there, and the role Sender to "
                    + "every identity that enqueues or replays", e);
        }
        catch (ServiceBusException e)
        {
            throw new IOException($"{Location} is away ({e.Reason}): {e.Message.Split('\n')[0].Trim()}", e);
        }
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
