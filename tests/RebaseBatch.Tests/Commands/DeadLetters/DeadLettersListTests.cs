using System.Text.Json;
using RebaseBatch.Commands.Output;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.DeadLetters;

public sealed class DeadLettersListTests
{
    const string Misspelt =
        """{"version": 1, "job": {"name": "nightly", "policy": "p", "widht": 4}, "dataset": {"uri": "https://h/set.jsonl?sig=secret"}}""";

    readonly DeadLettersBench _bench = new();

    [Fact]
    public async Task A_person_sees_each_with_its_reason_and_its_first_fault()
    {
        await _bench.PutAsideAsync("m-1", Misspelt,
            detail: "job: there is no setting 'widht'; is it width?\njob.policy: name a policy model\nversion: 0");
        await _bench.PutAsideAsync("m-2", "no json", detail: new string('x', 500));
        var run = await _bench.ListAsync();
        Assert.Equal(ExitCode.Ok, run.Code);
        var rows = run.OutLines;
        Assert.Matches(@"m-1 +1 .*MalformedMessage +1 +123 B +nightly +job: there is no setting 'widht'; is it width\? \(and 2 more\)",
            rows.Single(row => row.Contains("m-1", StringComparison.Ordinal)));
        Assert.EndsWith($" {new string('x', 100)}...", rows.Single(row => row.Contains("m-2", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        // The command read them and removed none.
        Assert.Equal(2, (await _bench.Queue.ReceiveAsync(10, TimeSpan.Zero, default)).Count);
    }

    [Fact]
    public async Task A_program_gets_all_but_the_body()
    {
        await _bench.PutAsideAsync("m-1", Misspelt, MessageIntake.BadDataset, "https://h/set.jsonl?sig=secret is empty\nand more");
        var letter = JsonDocument.Parse((await _bench.ListAsync(OutputFormat.Json)).Out).RootElement[0];
        Assert.Equal(["message_id", "sequence", "enqueued_at", "reason", "deliveries", "bytes", "job_name", "detail", "other_body"],
            letter.EnumerateObject().Select(part => part.Name));
        Assert.Equal(("m-1", 1, "BadDataset", 123, "nightly"),
            (letter.GetProperty("message_id").GetString(), letter.GetProperty("sequence").GetInt64(),
            letter.GetProperty("reason").GetString(), letter.GetProperty("bytes").GetInt32(), letter.GetProperty("job_name").GetString()));
        Assert.Equal("https://h/set.jsonl?*** is empty\nand more", letter.GetProperty("detail").GetString());
        Assert.StartsWith("message_id,sequence,enqueued_at,reason,deliveries,bytes,job_name,detail,other_body",
            (await _bench.ListAsync(OutputFormat.Csv)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_can_not_be_read_is_named_among_the_others()
    {
        _bench.Queue.SendValue("odd", 7);
        await _bench.Queue.DeadLetterAsync(await _bench.ReceiveAsync(), MessageIntake.Malformed, "why", default);
        await _bench.PutAsideAsync("m-2");
        var rows = (await _bench.ListAsync()).OutLines;
        Assert.Contains("an AMQP value that holds a number", rows.Single(row => row.Contains("odd", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Contains(rows, row => row.Contains("m-2", StringComparison.Ordinal));
        Assert.Contains("(an AMQP value that holds a number)", (await _bench.ShowAsync("odd")).Out, StringComparison.Ordinal);
        var letters = JsonDocument.Parse((await _bench.ShowAsync("odd", OutputFormat.Json)).Out).RootElement;
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, "an AMQP value that holds a number"),
            (letters[0].GetProperty("bytes").ValueKind, letters[0].GetProperty("body").ValueKind,
            letters[0].GetProperty("other_body").GetString()));
        Assert.Equal(["odd", "m-2"], (await _bench.AllAsync()).OutLines);
    }

    [Fact]
    public async Task No_more_than_the_limit_are_shown_and_the_rest_is_told()
    {
        foreach (var id in new[] { "a", "b", "c" }) await _bench.PutAsideAsync(id);
        var run = await _bench.ListAsync(OutputFormat.Json, limit: 2);
        Assert.Equal(["a", "b"], JsonDocument.Parse(run.Out).RootElement.EnumerateArray()
            .Select(letter => letter.GetProperty("message_id").GetString()));
        Assert.Contains("there are more", run.Error, StringComparison.Ordinal);
        Assert.Empty((await _bench.ListAsync(limit: 3)).Error);
    }

    [Fact]
    public async Task Where_there_are_none_that_is_said_and_programs_get_an_empty_list()
    {
        var run = await _bench.ListAsync(OutputFormat.Json);
        Assert.Equal(("[]", "memory/rebase-jobs has no dead letters"), (run.Out.Trim(), run.Error.Trim()));
    }

    [Theory]
    [InlineData(OutputFormat.Table)]
    [InlineData(OutputFormat.Json)]
    public async Task One_is_shown_with_its_body_and_without_its_signature(object format)
    {
        await _bench.PutAsideAsync("m-1", Misspelt, detail: "first\nsecond");
        await _bench.PutAsideAsync("m-2");
        var run = await _bench.ShowAsync("m-1", (OutputFormat)format);
        Assert.Contains("widht", run.Out, StringComparison.Ordinal);
        Assert.Contains("https://h/set.jsonl?***", run.Out, StringComparison.Ordinal);
        Assert.Contains("second", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("m-2", run.Out, StringComparison.Ordinal);
        Assert.Contains("m-2", (await _bench.ShowAsync("sequence:2", (OutputFormat)format)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_body_is_cut_for_people_and_whole_for_programs()
    {
        await _bench.PutAsideAsync("m", new string('x', 10_000));
        Assert.Contains("(6,000 more characters", (await _bench.ShowAsync("m")).Out, StringComparison.Ordinal);
        Assert.Equal(10_000, JsonDocument.Parse((await _bench.ShowAsync("m", OutputFormat.Json)).Out).RootElement[0].GetProperty("body")
            .GetString()!.Length);
    }

    [Fact]
    public async Task What_a_sender_writes_does_not_reach_the_terminal_as_commands()
    {
        await _bench.PutAsideAsync("m\u001b[2J", "\u001b[2J", "R\u001b", "D\u001b");
        Assert.DoesNotContain('\u001b', (await _bench.ListAsync()).Out);
        Assert.DoesNotContain('\u001b', (await _bench.ShowAsync("sequence:1")).Out);
    }

    [Fact]
    public async Task An_unknown_one_is_named()
    {
        var run = await _bench.ShowAsync("x");
        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.Contains("memory/rebase-jobs has no dead letter x", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_that_does_not_answer_is_told()
    {
        _bench.Queue.Fault = _ => new IOException("memory/rebase-jobs is away");
        var run = await _bench.ListAsync();
        Assert.Equal((ExitCode.QueueUnavailable, "memory/rebase-jobs is away"), (run.Code, run.Error.Trim()));
    }

    [Theory]
    [InlineData("Rebase:Intake:Namespace", "dead-letters list")]
    [InlineData("name the messages to replay, or give --all", "dead-letters replay")]
    [InlineData("name the messages to replay, or give --all", "dead-letters replay a --all")]
    [InlineData("--limit can only be used with --all", "dead-letters replay a --limit 3")]
    public async Task What_can_not_be_done_is_said_at_once(string said, string line)
    {
        var run = await CommandRun.Of(line.Split(' '));
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }
}
