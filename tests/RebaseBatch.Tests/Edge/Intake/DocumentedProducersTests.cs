using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Edge.Intake.ServiceBus;
using RebaseBatch.Tests.Infra;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>The producers of docs/messages.md: what they send is what a worker reads.</summary>
public sealed class DocumentedProducersTests : IClassFixture<ServiceBusBroker>, IAsyncDisposable
{
    const string Job = """{"version": 1, "job": {"policy": "mistral", "strategy": "greedy"}, "problems": [{"question": "1 + 1?"}]}""";

    readonly ServiceBusBroker _broker;
    readonly BrokerEntity _there;
    readonly ServiceBusQueue _queue;

    public DocumentedProducersTests(ServiceBusBroker broker)
    {
        (_broker, _there) = (broker, broker.Add());
        _queue = new(broker.Intake(_there));
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        _broker.Remove(_there);
    }

    // The page's block, indented: the next test compares them.
    static async Task SendAsync(ServiceBusClient client, string queue, string id, string json)
    {
        await using var sender = client.CreateSender(queue);
        await sender.SendMessageAsync(new ServiceBusMessage(json) { MessageId = id, ContentType = "application/json" });
    }

    [Fact]
    public async Task The_one_in_CSharp_sends_a_job_and_is_the_code_of_this_test()
    {
        var lines = Blocks("csharp").Single().Split('\n').Select(line => line.Length > 0 ? "    " + line : line);
        var here = Repository.Read($"tests/RebaseBatch.Tests/Edge/Intake/{nameof(DocumentedProducersTests)}.cs");
        Assert.Contains(string.Join('\n', lines), here.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        await using var client = new ServiceBusClient(_broker.ConnectionString);
        await SendAsync(client, _there.Name, "nightly-0042", Job);
        await AssertJobAsync();
    }

    // The package azure-servicebus puts a text into one data section: these bytes, and these two properties.
    [Fact]
    public async Task What_the_one_with_azure_servicebus_sends_is_a_job()
    {
        var message = RawProducer.Message(RawBody.Data, Job, "nightly-0042");
        message.Properties.ContentType = "application/json";
        _there.Send(message);
        await AssertJobAsync();
    }

    [Fact]
    public async Task The_one_with_qpid_proton_sends_a_job()
    {
        var code = Blocks("python").Single(block => block.Contains("from proton", StringComparison.Ordinal));
        const string Address = "address, queue = \"amqps://KEYNAME:KEY@NAME.servicebus.windows.net\", \"rebase-jobs\"";
        Assert.Contains(Address, code, StringComparison.Ordinal);
        Assert.SkipUnless(await PythonAsync("import proton") is 0, "python3 with qpid-proton is not here.");
        Assert.Equal(0, await PythonAsync(code.Replace(
            Address, $"address, queue = \"amqp://127.0.0.1:{_broker.Port}\", \"{_there.Name}\"", StringComparison.Ordinal)));
        await AssertJobAsync();
    }

    [Fact]
    public async Task Those_in_Python_are_Python()
    {
        Assert.SkipUnless(await PythonAsync("") is 0, "python3 is not here.");
        foreach (var code in Blocks("python"))
            Assert.Equal(0, await PythonAsync("import ast, sys; ast.parse(sys.argv[1])", code));
    }

    async Task AssertJobAsync()
    {
        var message = (await _queue.ReceiveAsync(TimeSpan.FromMinutes(1), Ct))!;
        Assert.Equal(("nightly-0042", null), (message.Id, message.OtherBody));
        Assert.Equal("mistral", JobMessageReader.Read(message.Body).Spec.Policy);
        Assert.IsNotType<Amqp.Framing.AmqpValue>(Assert.Single(_there.Peek(0, 10)).BodySection);
    }

    static IEnumerable<string> Blocks(string language)
    {
        var parts = Repository.Read("docs/messages.md").ReplaceLineEndings("\n").Split($"```{language}\n");
        return parts[1..].Select(part => part[..part.IndexOf("\n```", StringComparison.Ordinal)]);
    }

    /// <returns>The exit code; null if there is no python3.</returns>
    static async Task<int?> PythonAsync(params string[] code)
    {
        try
        {
            var start = new ProcessStartInfo("python3", ["-c", .. code]) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var python = Process.Start(start)!;
            await python.StandardError.ReadToEndAsync(Ct);
            await python.WaitForExitAsync(Ct);
            return python.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
