using RebaseBatch.Edge.Intake;
using RebaseBatch.Edge.Intake.ServiceBus;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>What a user reads when a setting or a queue does not fit.</summary>
public sealed class AdapterWordsTests(ServiceBusBroker broker) : IClassFixture<ServiceBusBroker>
{
    const string Key = "SharedAccessKeyName=n;SharedAccessKey=c2VjcmV0";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ConnectionString=nonsense", "Rebase:Intake:ConnectionString can't be read")]
    [InlineData("ConnectionString==;Endpoint", "Rebase:Intake:ConnectionString can't be read")]
    [InlineData($"ConnectionString={Key}", "Rebase:Intake:ConnectionString has no Endpoint")]
    [InlineData($"ConnectionString=Endpoint=sb://;{Key}", "Rebase:Intake:ConnectionString has no Endpoint")]
    [InlineData("ConnectionString=Endpoint=sb://host", "has neither SharedAccessKeyName and SharedAccessKey nor SharedAccessSignature")]
    [InlineData("ConnectionString=Endpoint=sb://host;SharedAccessKeyName=n", "write Endpoint=sb://HOST;SharedAccessKeyName=NAME")]
    [InlineData("ConnectionString=Endpoint=sb://host;SharedAccessSignature=secret", "Rebase:Intake:ConnectionString can't be read")]
    [InlineData($"ConnectionString=Endpoint=sb://host;{Key};EntityPath=other",
        "is for 'other' (its EntityPath), and Rebase:Intake:Queue is 'rebase-jobs'")]
    [InlineData("Namespace=a b", "Rebase:Intake:Namespace 'a b' is not the name of a host: set it to NAME.servicebus.windows.net")]
    [InlineData("Namespace=host:5671", "is not the name of a host")]
    public async Task A_setting_of_no_use_is_found_without_the_network(string setting, string said)
    {
        foreach (var command in (string[][])
        [
            ["dead-letters", "list"], ["worker", "run", "--set", "Rebase:Intake:Kind=ServiceBus"],
            ["jobs", "enqueue", "https://h/a.jsonl", "--policy", "p", "--strategy", "greedy", "--via", "service-bus"],
        ])
        {
            var run = await CommandRun.Of([.. command, "--set", $"Rebase:Intake:{setting}"]);
            Assert.Equal(ExitCode.BadInput, run.Code);
            Assert.Contains(said, run.Error, StringComparison.Ordinal);
            // The setting's name is said once.
            Assert.DoesNotMatch("Rebase:Intake:([A-Za-z]+): Rebase:Intake:\\1", run.Error);
            Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("c2VjcmV0", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Endpoint=sb://host/;SharedAccessKeyName=n;SharedAccessKey=k;EntityPath=Rebase-Jobs", "")]
    [InlineData("Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true;", "")]
    [InlineData("", "a.servicebus.windows.net")]
    [InlineData("", "sb://a.servicebus.windows.net/")]
    public async Task What_the_portal_shows_makes_a_client(string connection, string name)
    {
        foreach (var transport in Enum.GetValues<IntakeTransport>())
        {
            var options = new IntakeOptions { ConnectionString = connection, Namespace = name, TransportType = transport };
            Assert.Null(options.AddressFault);
            await using var connected = new ServiceBusConnection(options, QueuePatience.OfWorker);
            Assert.Equal(transport.ToString(), connected.Client.TransportType.ToString());
        }
    }

    [Fact]
    public async Task A_message_too_large_for_the_queue_is_bad_input()
    {
        var there = broker.Add(new() { MaxMessageSize = 1000 });
        await using var queue = new ServiceBusQueue(broker.Intake(there));
        await AssertSaidAsync(ExitCode.BadInput, "message m is larger than", () => queue.SendAsync("m", new byte[2000], Ct));
    }

    [Fact]
    public async Task A_queue_with_sessions_is_bad_input()
    {
        var there = broker.Add(new() { RequiresSession = true });
        await using var queue = new ServiceBusQueue(broker.Intake(there));
        await AssertSaidAsync(ExitCode.BadInput, "requires sessions, which jobs do not have", () => queue.ReceiveAsync(TimeSpan.Zero, Ct));
    }

    [Fact]
    public async Task A_probe_tells_refused_from_away()
    {
        var there = broker.Add();
        await using (var missing = new ServiceBusQueue(new() { ConnectionString = broker.ConnectionString, Queue = "nowhere" }))
            await AssertSaidAsync(ExitCode.NotFound, "there is no queue 127.0.0.1/nowhere", () => missing.ProbeAsync(Ct));
        there.Faults.Begin(BrokerFault.TokenRefused, int.MaxValue);
        await using (var refused = new ServiceBusQueue(broker.Intake(there)))
            await AssertSaidAsync(ExitCode.NoPermission, "Azure Service Bus Data Receiver", () => refused.ProbeAsync(Ct));
    }

    [Theory]
    [InlineData(IntakeTransport.AmqpTcp)]
    [InlineData(IntakeTransport.AmqpWebSockets)]
    internal async Task A_queue_that_nobody_serves_is_away(IntakeTransport transport)
    {
        using var port = new RefusedPort();
        await using var away = new ServiceBusQueue(
            new()
            {
                ConnectionString = $"Endpoint=sb://127.0.0.1:{port.Number};{Key};UseDevelopmentEmulator=true",
                TransportType = transport,
            },
            QueuePatience.OfWorker with { Retries = 0 });
        var fault = await Assert.ThrowsAsync<IOException>(() => away.ProbeAsync(Ct));
        Assert.Contains("/rebase-jobs is away", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ErrorCode", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "there is no identity to use here/q with (DefaultAzureCredential failed.)")]
    [InlineData(false, "the key of a Rebase:Intake:ConnectionString needs the rights Listen and Send")]
    public void No_identity_and_no_role_are_told_apart(bool hasNone, string said)
    {
        Exception refused = hasNone ? new Azure.Identity.CredentialUnavailableException("DefaultAzureCredential failed.\n- more")
            : new UnauthorizedAccessException();
        var stated = Assert.IsType<UserException>(ServiceBusFaults.Of(refused, "here/q", ""));
        Assert.Equal(ExitCode.NoPermission, stated.Code);
        Assert.Contains(said, stated.Message, StringComparison.Ordinal);
    }

    static async Task AssertSaidAsync(ExitCode code, string said, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<UserException>(call);
        Assert.Equal(code, fault.Code);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }
}
