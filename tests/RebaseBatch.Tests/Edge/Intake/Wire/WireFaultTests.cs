using Dapper;
using Npgsql;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake.Wire;

/// <summary>Whatever goes wrong on the wire, each message ends as one job.</summary>
public sealed class WireFaultTests(PostgresServer server, ServiceBusBroker broker) : WireTest(server, broker)
{
    [Fact]
    public async Task The_answer_to_a_settlement_is_lost_and_the_next_message_is_taken()
    {
        Queue.Faults.Begin(BrokerFault.SettlementAnswerLost);
        await using var worker = await WorkerAsync();
        Send("first");
        await HappenedAsync(BrokerFault.SettlementAnswerLost);
        Send("second");
        await TakenAsync(2);
    }

    [Theory]
    [InlineData(BrokerFault.SettlementDropped)]
    [InlineData(BrokerFault.LockLost)]
    [InlineData(BrokerFault.LinkDetached)]
    public async Task A_settlement_without_effect_makes_no_second_job(BrokerFault fault)
    {
        Queue.Faults.Begin(fault);
        await using var worker = await WorkerAsync();
        Send("m");
        await HappenedAsync(fault);
        Assert.Equal(1, await CountAsync());
        Broker.Pass(LockDuration);
        await TakenAsync(1);
    }

    /// <summary>The worker commits while the broker is frozen and the lock runs out.</summary>
    [Fact]
    public async Task A_broker_frozen_for_longer_than_the_lock_makes_no_second_job()
    {
        await using var worker = await WorkerAsync();
        await using (await InHandAsync("m")) Broker.Freeze();
        await Eventually.TrueAsync(async () => await CountAsync() == 1);
        Broker.Pass(LockDuration);
        Assert.Equal(1, Queue.Count);
        Broker.Thaw();
        await TakenAsync(1);
    }

    [Fact]
    public async Task A_broker_that_was_down_is_found_again_and_its_messages_are_taken()
    {
        await using var worker = await WorkerAsync();
        Send("before");
        await TakenAsync(1);
        Broker.Stop();
        Send("meanwhile");
        Broker.Start();
        await TakenAsync(2);
    }

    [Fact]
    public async Task Connections_that_are_cut_again_and_again_lose_no_message_and_make_none_twice()
    {
        await using var worker = await WorkerAsync();
        for (var i = 0; i < 3; i++)
        {
            Send($"m{i}");
            await BrokerAsync(() => Queue.Locked == 1 || Queue.Count == 0);
            Broker.Cut();
            Broker.Pass(LockDuration);
        }
        await TakenAsync(3);
    }

    /// <summary>The worker has one of them in hand when Postgres goes away. A second delivery of any would put it aside.</summary>
    [Fact]
    public async Task While_Postgres_is_down_messages_wait_and_lose_no_deliveries()
    {
        Queue.Options = Queue.Options with { MaxDeliveryCount = 2 };
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var db = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var worker = await WorkerInProcess.StartAsync(db, Folder.Path, options => Configure(options));
        await using (await InHandAsync("one", "two", "three"))
        {
            proxy.Refuses = true;
            proxy.CloseAll();
        }
        await BrokerAsync(() => proxy.Refusals >= 5);
        Assert.Equal((3, 0), (Queue.Count, await CountAsync()));
        proxy.Refuses = false;
        await TakenAsync(3);
    }

    [Theory]
    [InlineData(BrokerFault.ServerBusy)]
    [InlineData(BrokerFault.AttachRefused)]
    [InlineData(BrokerFault.TokenRefused)]
    public async Task A_queue_that_refuses_at_first_is_asked_again(BrokerFault fault)
    {
        Queue.Faults.Begin(fault);
        Send("m");
        await using var worker = await WorkerAsync();
        await TakenAsync(1);
        Assert.Equal(1, Queue.Faults.Happened(fault));
    }

    [Fact]
    public async Task Two_workers_on_one_queue_make_one_job_of_each_of_many_messages()
    {
        // Without duplicate detection a message that is sent twice is delivered twice.
        Queue.Options = Queue.Options with { DuplicateWindow = null };
        await using var first = await WorkerAsync();
        await using var second = await WorkerAsync();
        var ids = Enumerable.Range(0, 30).Select(i => $"m{i}").ToList();
        Send(ids.Concat(ids));
        await TakenAsync(ids.Count);
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        foreach (var job in await connection.QueryAsync<long>("SELECT job_id FROM jobs")) await Ledger.EndedAsync(job);
        await Ledger.AssertWholeAsync(ids.Count, Folder.Path);
    }
}
