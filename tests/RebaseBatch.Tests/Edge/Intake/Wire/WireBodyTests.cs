using System.Text.Json;
using Amqp;
using Amqp.Types;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake.Wire;

/// <summary>Every form of a body and every kind of a message id, sent by plain AMQP, up to the job or the listed dead letter.</summary>
public sealed class WireBodyTests(PostgresServer server, ServiceBusBroker broker) : WireTest(server, broker)
{
    static readonly RawBody[] s_read = [RawBody.Data, RawBody.SeveralData, RawBody.ValueText, RawBody.ValueBinary];

    static readonly object[] s_ids = ["text", 7UL, new Guid("9395b8d2-3775-418b-b6ae-bcc4e4fbb535"), new byte[] { 1, 2, 0xAB }];

    [Fact]
    public async Task Each_becomes_a_job_or_a_dead_letter_at_its_first_delivery_and_a_listing_shows_it()
    {
        // A second delivery of any would put it aside for another reason.
        Queue.Options = Queue.Options with { MaxDeliveryCount = 1 };
        var forms = Enum.GetValues<RawBody>();
        await RawProducer.SendAsync(Broker, Queue,
        [
            .. forms.Select(form => Sent(form, form.ToString())), .. s_ids.Select(id => Sent(RawBody.Data, id)), Sent(RawBody.Data, null),
        ]);
        await using var worker = await WorkerAsync();
        await BrokerAsync(() => Queue.Count == 0);

        string[] jobs = [.. s_read.Select(form => form.ToString()), "text", "7", "9395b8d2-3775-418b-b6ae-bcc4e4fbb535", "0102AB"];
        Assert.Equal(jobs.Order(StringComparer.Ordinal), (await IdsAsync()).Order(StringComparer.Ordinal));
        var listed = JsonDocument.Parse((await RunAsync("list", "--format", "json")).Out).RootElement.EnumerateArray().ToList();
        Assert.Equal([.. forms.Except(s_read).Select(form => form.ToString()), ""],
            listed.Select(letter => letter.GetProperty("message_id").GetString()!));
        Assert.All(listed, letter => Assert.Equal("MalformedMessage", letter.GetProperty("reason").GetString()));

        // A replay takes them all through the worker again.
        var replay = await RunAsync("replay", "--all");
        Assert.Equal((ExitCode.Ok, listed.Count), (replay.Code, replay.OutLines.Length));
        await BrokerAsync(() => Queue.Count == 0 && Queue.DeadLetters!.Count == listed.Count - 1);
        // The one without an id has the copy's, and is a job now.
        Assert.Equal(jobs.Length + 1, await CountAsync());
    }

    [Fact]
    public async Task Messages_that_the_client_can_not_read_hold_up_none_behind_them()
    {
        for (var i = 0; i < 3; i++)
        {
            var unreadable = Sent(RawBody.Data, $"unreadable {i}");
            unreadable.ApplicationProperties = new() { ["map"] = new Map { ["x"] = 1 } };
            Queue.Send(unreadable);
        }
        Send("good");
        await using var worker = await WorkerAsync();
        await BrokerAsync(() => Queue.Count == 3);

        Assert.Equal(["good"], await IdsAsync());
        Assert.Equal(0, Queue.DeadLetters!.Count);
    }

    /// <summary>Each held up the whole intake or waited for hours: it was taken for a fault of the database or of the program.</summary>
    [Fact]
    public async Task Texts_that_can_not_be_stored_are_dead_letters_at_their_first_delivery()
    {
        Queue.Options = Queue.Options with { MaxDeliveryCount = 1 };
        foreach (var (id, body) in ((string, string)[])
        [
            ("nul\0id", Job), ("name", Named("a\\u0000")), ("half", Named("a\\ud800")),
            ("question", Job.Replace("Compute", "\\u0000", StringComparison.Ordinal)),
        ])
            Queue.Send(RawProducer.Message(RawBody.Data, body, id));
        var latin1 = System.Text.Encoding.Latin1.GetBytes(Named("\u00e9"));
        Queue.Send(new() { Properties = new() { MessageId = "latin1" }, BodySection = new Amqp.Framing.Data { Binary = latin1 } });
        Send("good");
        await using var worker = await WorkerAsync();
        await BrokerAsync(() => Queue.Count == 0);

        Assert.Equal(["good"], await IdsAsync());
        var listed = JsonDocument.Parse((await RunAsync("list", "--format", "json")).Out).RootElement.EnumerateArray();
        Assert.Equal(Enumerable.Repeat("MalformedMessage", 5), listed.Select(letter => letter.GetProperty("reason").GetString()));
    }

    static string Named(string name) => Job.Replace("\"policy\"", $"\"name\": \"{name}\", \"policy\"", StringComparison.Ordinal);

    static Message Sent(RawBody form, object? id) => RawProducer.Message(form, Job, id);

    Task<CommandRun> RunAsync(params string[] words) =>
        CommandRun.Of(["dead-letters", .. words, .. RebaseProcess.Settings(Settings)]);

    async Task<IReadOnlyList<string>> IdsAsync()
    {
        await using var command = Database.DataSource.CreateCommand("SELECT message_id FROM jobs");
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var ids = new List<string>();
        while (await reader.ReadAsync(Ct)) ids.Add(reader.GetString(0));
        return ids;
    }
}
