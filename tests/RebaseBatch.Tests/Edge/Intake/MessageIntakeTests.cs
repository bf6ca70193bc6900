using System.Text;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

public sealed class MessageIntakeTests(PostgresServer server, Azurite azurite) : StoreTest(server)
{
    const string Inline =
        """{"version": 1, "job": {"policy": "p", "strategy": "greedy", "batch_size": 2},"""
        + """ "problems": [{"question": "1?"}, {"question": "2?"}, {"question": "3?"}]}""";
    const string Remote =
        """{"version": 1, "job": {"policy": "p", "strategy": "greedy"},"""
        + """ "dataset": {"uri": "https://host/folder/my%20set.jsonl?sig=secret", "first_line": 2, "last_line": 3}}""";

    [Fact]
    public async Task A_message_becomes_a_job_once_however_often_it_is_delivered()
    {
        var intake = Intake();
        var first = Assert.IsType<MessageEnd.Accepted>(await intake.AcceptAsync(Message("m-1", Inline), Ct));
        var again = Assert.IsType<MessageEnd.Accepted>(await intake.AcceptAsync(Message("m-1", Inline) with { DeliveryCount = 2 }, Ct));
        var other = Assert.IsType<MessageEnd.Accepted>(await intake.AcceptAsync(Message("m-2", Inline), Ct));
        Assert.Equal((true, false, first.JobId), (first.IsNew, again.IsNew, again.JobId));
        Assert.True(other.IsNew);
        Assert.Equal((2, 4, 6), (await CountAsync("jobs"), await CountAsync("batches"), await CountAsync("problems")));
    }

    [Fact]
    public async Task Of_deliveries_at_the_same_time_one_makes_the_job()
    {
        var ends = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => Task.Run(() => Intake().AcceptAsync(Message("m", Inline), Ct), Ct)));
        Assert.Single(ends, end => Assert.IsType<MessageEnd.Accepted>(end).IsNew);
        Assert.Equal((1, 3), (await CountAsync("jobs"), await CountAsync("problems")));
    }

    // The worst crash of a replay: its copy is in the queue, the letter is still there, and the queue's window is over before the next try.
    [Fact]
    public async Task A_dead_letter_that_is_replayed_twice_becomes_one_job()
    {
        var queue = new MemoryIntakeQueue(TimeProvider.System, TimeSpan.FromMinutes(1));
        await queue.SendAsync("m", Encoding.UTF8.GetBytes(Remote), Ct);
        await queue.DeadLetterAsync((await queue.ReceiveAsync(TimeSpan.Zero, Ct))!, MessageIntake.BadDataset, "it is not there", Ct);
        var intake = Intake((_, _) => Task.FromResult(new Dataset([Problem(1)], [])));
        var ends = new List<MessageEnd.Accepted>();
        for (var i = 0; i < 2; i++)
        {
            queue.Fault = call => i == 0 && call == "complete-aside" ? new IOException("the program died") : null;
            var replay = new DeadLetterReplay(queue).ReplayAsync(await DeadLetterChoice.OfAllAsync(queue, 10, Ct), (_, _) => { }, Ct);
            if (i == 0) await Assert.ThrowsAsync<IOException>(() => replay);
            else await replay;
            var copy = (await queue.ReceiveAsync(TimeSpan.Zero, Ct))!;
            ends.Add(Assert.IsType<MessageEnd.Accepted>(await intake.AcceptAsync(copy, Ct)));
            await queue.CompleteAsync(copy, Ct);
            queue.ForgetIds();
        }
        Assert.Equal([true, false], ends.Select(end => end.IsNew));
        Assert.Equal("m", await ScalarAsync<string>("SELECT message_id FROM jobs"));
        Assert.Empty(queue.DeadLetters);
    }

    [Fact]
    public async Task A_body_that_is_no_text_is_refused_at_once_with_its_form_and_the_way_out()
    {
        var message = Message("m", "") with { Body = default, OtherBody = "an AMQP sequence" };
        var end = Assert.IsType<MessageEnd.Refused>(await Intake().AcceptAsync(message, Ct));
        Assert.Equal(MessageIntake.Malformed, end.Reason);
        Assert.Contains("the body is an AMQP sequence", end.Detail, StringComparison.Ordinal);
        Assert.Contains("send its bytes in an AMQP data section", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_elsewhere_is_fetched_by_its_lines_and_named_without_its_signature()
    {
        var asked = new List<DatasetReference>();
        var end = await Intake((reference, _) =>
        {
            asked.Add(reference);
            return Task.FromResult(new Dataset([Problem(1), Problem(2)], []));
        }).AcceptAsync(Message("m", Remote), Ct);
        Assert.True(Assert.IsType<MessageEnd.Accepted>(end).IsNew);
        Assert.Equal((2, 3), (Assert.Single(asked).FirstLine, asked[0].LastLine));
        Assert.Equal("my set.jsonl", await ScalarAsync<string>("SELECT dataset_name FROM jobs"));
        Assert.DoesNotContain("secret", await ContentAsync(), StringComparison.Ordinal);
        // A redelivery fetches nothing.
        await Intake((_, _) => throw new InvalidOperationException()).AcceptAsync(Message("m", Remote), Ct);
    }

    [Theory]
    [InlineData("", Inline)]
    [InlineData("m", "nonsense")]
    public async Task What_will_never_be_a_job_is_refused_with_its_reason(string id, string body)
    {
        var end = Assert.IsType<MessageEnd.Refused>(await Intake().AcceptAsync(Message(id, body), Ct));
        Assert.Equal(MessageIntake.Malformed, end.Reason);
        Assert.NotEmpty(end.Detail);
        Assert.Equal(0, await CountAsync("jobs"));
    }

    [Fact]
    public async Task Bad_lines_refuse_the_message_unless_it_says_to_skip_them()
    {
        var dataset =
            new Dataset([Problem(1)],
                [new(3, "not valid JSON at byte 7"), .. Enumerable.Range(10, 30).Select(i => new InvalidLine(i, "the line is blank"))]);
        var intake = Intake((_, _) => Task.FromResult(dataset));
        var refused = Assert.IsType<MessageEnd.Refused>(await intake.AcceptAsync(Message("m", Remote), Ct));
        Assert.Equal(MessageIntake.BadDataset, refused.Reason);
        Assert.StartsWith("line 3: not valid JSON at byte 7\n", refused.Detail, StringComparison.Ordinal);
        Assert.EndsWith("11 more lines are bad", refused.Detail, StringComparison.Ordinal);
        Assert.IsType<MessageEnd.Accepted>(
            await intake.AcceptAsync(
                Message("m", Remote.Replace("\"last_line\": 3", "\"skip_invalid\": true", StringComparison.Ordinal)), Ct));
    }

    [Theory]
    [InlineData("2001-01-01T00:00Z", MessageIntake.DeadlinePassed, "the job's deadline 2001-01-01 00:00:00 +00:00 has passed")]
    [InlineData("2090-01-01T00:00", MessageIntake.Malformed, "job.deadline: '2090-01-01T00:00' has no zone")]
    [InlineData("12/01/2090", MessageIntake.Malformed, "job.deadline: '12/01/2090' is not a time such as")]
    public async Task A_deadline_that_has_passed_or_is_unclear_refuses(string deadline, string reason, string detail)
    {
        var body = Inline.Replace("\"policy\"", $"\"deadline\": \"{deadline}\", \"policy\"", StringComparison.Ordinal);
        var refused = Assert.IsType<MessageEnd.Refused>(await Intake().AcceptAsync(Message("m", body), Ct));
        Assert.Equal(reason, refused.Reason);
        Assert.StartsWith(detail, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.NotFound, true)]
    [InlineData(ExitCode.BadInput, true)]
    [InlineData(ExitCode.NoPermission, false)]
    public async Task A_dataset_that_is_not_there_refuses_and_one_that_may_not_be_read_waits(object code, bool refused)
    {
        var end = await Intake((_, _) => throw new UserException((ExitCode)code, "the reason")).AcceptAsync(Message("m", Remote), Ct);
        Assert.Equal(refused ? new MessageEnd.Refused(MessageIntake.BadDataset, "the reason")
            : new MessageEnd.Deferred("the reason", DeferralCause.Dataset), end);
    }

    [Fact]
    public async Task An_unprotected_address_is_refused_unless_it_is_the_accounts()
    {
        foreach (var files in (RemoteFiles[])[new(null), FilesOf(AccountAt(port: 1, name: "other"))])
        {
            var refused =
                Assert.IsType<MessageEnd.Refused>(await Intake(new RemoteDatasets(files).ReadGuardedAsync)
                    .AcceptAsync(Message("m", RemoteAt("http://127.0.0.1:1/account/c/set.jsonl?sig=secret")), Ct));
            Assert.Equal(MessageIntake.BadDataset, refused.Reason);
            Assert.Contains("name it with https", refused.Detail, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_blob_of_the_account_becomes_a_job_whatever_its_scheme()
    {
        var (account, container) = await azurite.NewContainerAsync();
        var blob = container.GetBlobClient("folder/my set.jsonl");
        await blob.UploadAsync(new BinaryData("""
            {"question": "1?"}
            {"question": "2?"}
            {"question": "3?"}
            """), Ct);
        Assert.Equal(Uri.UriSchemeHttp, blob.Uri.Scheme);

        var end = await Intake(new RemoteDatasets(FilesOf(account)).ReadGuardedAsync)
            .AcceptAsync(Message("m", RemoteAt(blob.Uri.AbsoluteUri)), Ct);

        var accepted = Assert.IsType<MessageEnd.Accepted>(end);
        Assert.True(accepted.IsNew);
        // Without right answers too: producers of messages may want the answers only. The log has the counts.
        Assert.Equal((2, 0), (accepted.Dataset?.Problems, accepted.Dataset?.WithGold));
        Assert.Equal("my set.jsonl", await ScalarAsync<string>("SELECT dataset_name FROM jobs"));
        Assert.Equal(["2?", "3?"], await ScalarAsync<string[]>("SELECT array_agg(question ORDER BY ordinal) FROM problems"));
    }

    [Fact]
    public async Task A_blob_of_an_account_that_is_away_waits()
    {
        using var port = new RefusedPort();
        var url = $"{port.Uri}account/c/set.jsonl";
        var end = await Intake(new RemoteDatasets(FilesOf(AccountAt(port.Number, "account"))).ReadGuardedAsync)
            .AcceptAsync(Message("m", RemoteAt(url)), Ct);

        var deferred = Assert.IsType<MessageEnd.Deferred>(end);
        Assert.False(deferred.IsDatabase);
        Assert.Contains($"{url} can't be fetched after 2 attempts", deferred.Why, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("jobs"));
    }

    [Fact]
    public async Task An_empty_dataset_is_refused()
    {
        var end = await Intake((_, _) => Task.FromResult(new Dataset([], []))).AcceptAsync(Message("m", Remote), Ct);
        Assert.Equal(MessageIntake.BadDataset, Assert.IsType<MessageEnd.Refused>(end).Reason);
    }

    [Fact]
    public async Task A_network_that_is_away_and_a_newer_message_wait()
    {
        Assert.IsType<MessageEnd.Deferred>(await Intake((_, _) => throw new IOException("away")).AcceptAsync(Message("m", Remote), Ct));
        Assert.IsType<MessageEnd.Deferred>(await Intake().AcceptAsync(Message("m", """{"version": 2}"""), Ct));
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_apart()
    {
        using var port = new RefusedPort();
        await using var nowhere = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={port.Number};Username=x;Database=x;Timeout=2");
        var end = await new MessageIntake(new(nowhere), NoDataset).AcceptAsync(Message("m", Inline), Ct);
        Assert.True(Assert.IsType<MessageEnd.Deferred>(end).IsDatabase);
    }

    MessageIntake Intake(DatasetSource? datasets = null) => new(new(Database.DataSource), datasets ?? NoDataset);

    static string RemoteAt(string uri) => Remote.Replace("https://host/folder/my%20set.jsonl?sig=secret", uri, StringComparison.Ordinal);

    static BlobAccount AccountAt(int port, string name) =>
        new(new()
        {
            ConnectionString =
            $"DefaultEndpointsProtocol=http;AccountName={name};AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:{port}/{name};"
        }, retries: 0);

    static RemoteFiles FilesOf(BlobAccount account) =>
        new(account, new() { Faults = 2, FirstPause = TimeSpan.FromMilliseconds(5) }, TimeProvider.System);

    Task<long> CountAsync(string table) => ScalarAsync<long>($"SELECT count(*) FROM {table}");

    static Task<Dataset> NoDataset(DatasetReference reference, CancellationToken ct) =>
        throw new InvalidOperationException("no dataset is to be fetched");

    static IntakeMessage Message(string id, string body) =>
        new(id, Encoding.UTF8.GetBytes(body), 1, DateTimeOffset.UtcNow.AddMinutes(1), new()) { EnqueuedAt = DateTimeOffset.UtcNow };
}
