using Amqp.Framing;
using Amqp.Types;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Edge.Intake.ServiceBus;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>What other AMQP clients may send, through the real SDK: nothing of it may stop the intake, a listing or a replay.</summary>
public sealed class AdapterBodiesTests : IClassFixture<ServiceBusBroker>, IAsyncLifetime
{
    static readonly TimeSpan s_wait = TimeSpan.FromMinutes(1);

    readonly ServiceBusBroker _broker;
    readonly BrokerEntity _there;
    readonly IntakeOptions _options;
    readonly ServiceBusQueue _queue;
    readonly ServiceBusDeadLetters _letters;

    public AdapterBodiesTests(ServiceBusBroker broker)
    {
        (_broker, _there) = (broker, broker.Add());
        _options = broker.Intake(_there);
        (_queue, _letters) = (new(_options), new(_options));
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        await _letters.DisposeAsync();
        _broker.Remove(_there);
    }

    [Theory]
    [InlineData(RawBody.Data, "{é}", null)]
    [InlineData(RawBody.SeveralData, "{é}", null)]
    [InlineData(RawBody.ValueText, "{é}", null)]
    [InlineData(RawBody.ValueBinary, "{é}", null)]
    [InlineData(RawBody.ValueMap, "", "an AMQP value that holds a map")]
    [InlineData(RawBody.ValueNumber, "", "an AMQP value that holds a number")]
    [InlineData(RawBody.ValueNull, "", "empty")]
    [InlineData(RawBody.Sequence, "", "an AMQP sequence")]
    [InlineData(RawBody.None, "", "empty")]
    public async Task Every_form_of_a_body_is_read_or_named_and_a_replay_keeps_it(RawBody form, string text, string? other)
    {
        _there.Send(RawProducer.Message(form, "{é}", "a"));
        var message = (await _queue.ReceiveAsync(s_wait, Ct))!;
        Assert.Equal((text, other), (System.Text.Encoding.UTF8.GetString(message.Body.Span), message.OtherBody));
        await _queue.DeadLetterAsync(message, "Reason", "detail", Ct);
        await _letters.ResendAsync(Assert.Single(await _letters.ReceiveAsync(1, s_wait, Ct)), Ct);
        var copy = (await _queue.ReceiveAsync(s_wait, Ct))!;
        Assert.Equal((text, other), (System.Text.Encoding.UTF8.GetString(copy.Body.Span), copy.OtherBody));
        var section = Assert.Single(_there.Peek(0, 10)).BodySection;
        Assert.Equal(form is RawBody.ValueText or RawBody.ValueBinary or RawBody.ValueMap or RawBody.ValueNumber, section is AmqpValue);
        Assert.Equal(form is RawBody.Sequence, section is AmqpSequence);
    }

    public static TheoryData<object?, string> Ids => new()
    {
        { "nightly-7", "nightly-7" },
        { 77UL, "77" },
        { new Guid("9395b8d2-3775-418b-b6ae-bcc4e4fbb535"), "9395b8d2-3775-418b-b6ae-bcc4e4fbb535" },
        { new byte[] { 1, 2, 0xAB }, "0102AB" },
        { null, "" },
    };

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Every_kind_of_message_id_is_read_as_text(object? id, string read)
    {
        _there.Send(RawProducer.Message(RawBody.Data, "1", id));
        Assert.Equal(read, (await PutAsideAsync()).Id);
        Assert.Equal(read, Assert.Single(await _letters.PeekAsync(Ct).ToListAsync(Ct)).Id);
        var letter = Assert.Single(await _letters.ReceiveAsync(1, s_wait, Ct));
        await _letters.ResendAsync(letter, Ct);
        Assert.Equal(letter.JobMessageId, (await _queue.ReceiveAsync(s_wait, Ct))!.Id);
    }

    [Fact]
    public async Task Odd_properties_stop_neither_a_listing_nor_a_replay()
    {
        var odd = RawProducer.Message(RawBody.Data, "1", "odd");
        odd.ApplicationProperties = new()
        {
            ["list"] = new List { 1 }, ["array"] = new[] { 1, 2 }, ["nothing"] = null, ["symbol"] = new Symbol("x"), ["kept"] = 7,
            [IntakeMessage.OriginalIdProperty] = 5, ["DeadLetterReason"] = 5,
        };
        odd.MessageAnnotations = new() { [new Symbol("list")] = new List { 1 } };
        _there.Send(odd);
        await PutAsideAsync();
        Assert.Equal("odd", Assert.Single(await _letters.PeekAsync(Ct).ToListAsync(Ct)).Id);
        await _letters.ResendAsync(Assert.Single(await _letters.ReceiveAsync(1, s_wait, Ct)), Ct);
        Assert.Equal("odd", (await _queue.ReceiveAsync(s_wait, Ct))!.Id);
        var copy = Assert.Single(_there.Peek(0, 10)).ApplicationProperties;
        Assert.Equal((7, null, null), (copy["kept"], copy["list"], copy["array"]));
    }

    // The client itself throws at these, and shows nothing of them.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_client_library_can_not_read_is_a_row_among_the_others_and_no_replay_stops_at_it(bool isBody)
    {
        var bad = RawProducer.Message(RawBody.Data, "1", "bad");
        if (isBody) bad.BodySection = new AmqpValue { Value = new DescribedValue(new Symbol("x:y"), "z") };
        else bad.ApplicationProperties = new() { ["map"] = new Map { ["x"] = 1 } };
        // Numbers 1 to 7 are dead letters, and 4 is the bad one.
        for (var i = 1; i <= 7; i++) _there.Send(i == 4 ? bad : RawProducer.Message(RawBody.Data, "1", $"m{i}"));
        for (var i = 1; i <= 7; i++)
        {
            var (_, token) = _there.Take()!.Value;
            Assert.True(_there.PutAside(token, []));
        }
        var listed = await RunAsync("list", "--format", "csv");
        Assert.Equal(ExitCode.Ok, listed.Code);
        Assert.Equal(["m1", "m2", "m3", "", "m5", "m6", "m7"], listed.OutLines[1..].Select(line => line.Split(',')[0]));
        Assert.Contains(",4,", listed.OutLines[4], StringComparison.Ordinal);
        Assert.Contains("can't be read by the client library", listed.OutLines[4], StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await RunAsync("list", "--show", "sequence:4")).Code);
        var replayed = await RunAsync("replay", "--all");
        Assert.Equal((ExitCode.Incomplete, "m1 m2 m3 m5 m6 m7"), (replayed.Code, string.Join(' ', replayed.OutLines)));
        Assert.Contains("dead letter sequence:4 can't be replayed", replayed.Error, StringComparison.Ordinal);
    }

    Task<CommandRun> RunAsync(params string[] line) => CommandRun.Of(["dead-letters", .. line,
        "--set", $"Rebase:Intake:ConnectionString={_options.ConnectionString}", "--set", $"Rebase:Intake:Queue={_options.Queue}"]);

    async Task<IntakeMessage> PutAsideAsync()
    {
        var message = (await _queue.ReceiveAsync(s_wait, Ct))!;
        await _queue.DeadLetterAsync(message, "Reason", "detail", Ct);
        return message;
    }
}
