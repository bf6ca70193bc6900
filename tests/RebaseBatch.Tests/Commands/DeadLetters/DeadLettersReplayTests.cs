using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.DeadLetters;

/// <summary>The queue never forgets an id here, as if all happened within its window for duplicates.</summary>
public sealed class DeadLettersReplayTests
{
    readonly DeadLettersBench _bench = new();

    [Fact]
    public async Task All_go_back_under_their_ids_and_are_no_dead_letters_any_more()
    {
        foreach (var id in new[] { "a", "b", "c" }) await _bench.PutAsideAsync(id);
        var run = await _bench.AllAsync();
        Assert.Equal((ExitCode.Ok, "a b c"), (run.Code, string.Join(' ', run.OutLines)));
        Assert.Equal(["3 messages were put back into memory/rebase-jobs"], run.ErrorLines);
        Assert.Empty(_bench.Queue.DeadLetters);
        Assert.Equal(["a", "b", "c"], await _bench.TakeAllAsync());
    }

    [Fact]
    public async Task Those_named_go_back_and_the_others_are_let_go_of()
    {
        foreach (var id in new[] { "a", "b", "c" }) await _bench.PutAsideAsync(id);
        _bench.Queue.ForgetIds();
        await _bench.PutAsideAsync("b", "sent again much later");
        var run = await _bench.NamedAsync("b", "sequence:3");
        Assert.Equal((ExitCode.Ok, "b c b"), (run.Code, string.Join(' ', run.OutLines)));
        Assert.Equal("a", Assert.Single(_bench.Queue.DeadLetters).Id);
        Assert.Equal(ExitCode.Ok, (await _bench.NamedAsync("a")).Code);
    }

    [Fact]
    public async Task More_letters_than_are_received_at_once_stand_before_the_one_named()
    {
        for (var i = 0; i < 50; i++) await _bench.PutAsideAsync($"m{i}");
        Assert.Equal(["m49"], (await _bench.NamedAsync("m49")).OutLines);
        Assert.Equal(49, (await _bench.AllAsync()).OutLines.Length);
    }

    [Fact]
    public async Task An_unknown_id_is_named_and_the_others_go_back()
    {
        await _bench.PutAsideAsync("a");
        var run = await _bench.NamedAsync("x", "a", "sequence:9", "");
        Assert.Equal((ExitCode.NotFound, "a"), (run.Code, run.Out.Trim()));
        Assert.Contains("memory/rebase-jobs has no dead letter x; 'rebase dead-letters list'", run.Error, StringComparison.Ordinal);
        Assert.Contains("no dead letter sequence:9;", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 message was put back", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_fails_again_is_not_replayed_again_by_the_same_run()
    {
        await _bench.PutAsideAsync("a");
        await _bench.PutAsideAsync("b");
        // A worker is faster than the run: the copy of a is put aside before the run comes to b.
        var copies = 0;
        _bench.Queue.Fault = call =>
        {
            if (call == "complete-aside" && copies++ == 0)
                _bench.Queue.DeadLetterAsync(_bench.ReceiveAsync().GetAwaiter().GetResult(), "Again", "", default).GetAwaiter().GetResult();
            return null;
        };
        var run = await _bench.AllAsync();
        Assert.Equal((ExitCode.Ok, "a b"), (run.Code, string.Join(' ', run.OutLines)));
        Assert.Equal(("a", "Again"), (_bench.Queue.DeadLetters.Single().Id, _bench.Queue.DeadLetters[0].Reason));
        Assert.Equal("a", (await _bench.AllAsync()).Out.Trim());
    }

    [Fact]
    public async Task No_more_than_the_limit_go_back_and_the_rest_is_told()
    {
        foreach (var id in new[] { "a", "b", "c" }) await _bench.PutAsideAsync(id);
        var run = await _bench.AllAsync(limit: 2);
        Assert.Equal(["a", "b"], run.OutLines);
        Assert.Contains("there are more", run.Error, StringComparison.Ordinal);
        Assert.Equal("c", Assert.Single(_bench.Queue.DeadLetters).Id);
        Assert.DoesNotContain("more", (await _bench.AllAsync(limit: 1)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_between_sending_and_completing_is_made_up_for_by_the_next_run()
    {
        await _bench.PutAsideAsync("a");
        _bench.Queue.Fault = call => call == "complete-aside" ? new IOException("memory/rebase-jobs is away") : null;
        var run = await _bench.AllAsync();
        Assert.Equal(ExitCode.QueueUnavailable, run.Code);
        Assert.Contains("is away; before that, no message was put back into memory/rebase-jobs; try again", run.Error,
            StringComparison.Ordinal);
        _bench.Queue.Fault = static _ => null;
        Assert.Equal(ExitCode.Ok, (await _bench.AllAsync()).Code);
        Assert.Empty(_bench.Queue.DeadLetters);
        Assert.Equal(["a"], await _bench.TakeAllAsync());
    }

    [Fact]
    public async Task A_queue_that_goes_away_leaves_what_was_not_sent_where_it_is()
    {
        foreach (var id in new[] { "a", "b", "c" }) await _bench.PutAsideAsync(id);
        var sends = 0;
        _bench.Queue.Fault = call => call == "resend" && sends++ == 1 ? new IOException("away") : null;
        var run = await _bench.AllAsync();
        Assert.Equal((ExitCode.QueueUnavailable, "a"), (run.Code, run.Out.Trim()));
        Assert.Equal(["b", "c"], _bench.Queue.DeadLetters.Select(letter => letter.Id));
        // The run does not hold them either: the next run gets them at once.
        Assert.Equal(["b", "c"], (await _bench.AllAsync()).OutLines);
    }

    [Fact]
    public async Task One_whose_lock_runs_out_is_sent_once_and_told_to_be_still_there()
    {
        await _bench.PutAsideAsync("a");
        _bench.Queue.Fault = call =>
        {
            if (call == "complete-aside") _bench.Queue.LoseLocks();
            return null;
        };
        var run = await _bench.AllAsync();
        Assert.Equal((ExitCode.Incomplete, "a"), (run.Code, run.Out.Trim()));
        Assert.Contains("dead letter a was replayed but is still there", run.Error, StringComparison.Ordinal);
        Assert.Single(_bench.Queue.DeadLetters);
        Assert.Equal(["a"], await _bench.TakeAllAsync());
    }

    [Fact]
    public async Task One_that_something_else_holds_is_left_and_named()
    {
        await _bench.PutAsideAsync("a");
        await _bench.PutAsideAsync("b");
        await _bench.Queue.ReceiveAsync(1, TimeSpan.Zero, default);
        var run = await _bench.AllAsync();
        Assert.Equal((ExitCode.Incomplete, "b"), (run.Code, run.Out.Trim()));
        Assert.Contains("dead letter a could not be received", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_that_keep_coming_do_not_keep_a_run_going()
    {
        await _bench.PutAsideAsync("a");
        await _bench.Queue.ReceiveAsync(1, TimeSpan.Zero, default);
        var looks = 0;
        _bench.Queue.Fault = call =>
        {
            if (call != "receive-aside") return null;
            _bench.PutAsideAsync($"new-{looks}").GetAwaiter().GetResult();
            return looks++ < 1000 ? null : new InvalidOperationException("it goes on for ever");
        };
        var run = await _bench.AllAsync();
        Assert.Equal((ExitCode.Incomplete, ""), (run.Code, run.Out));
        Assert.Contains("dead letter a could not be received", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_without_an_id_gets_one_which_it_keeps()
    {
        await _bench.PutAsideAsync("");
        var run = await _bench.NamedAsync("sequence:1");
        Assert.Matches(@"\Areplay-1-\d{13}\z", run.Out.Trim());
        var copy = await _bench.ReceiveAsync();
        Assert.Equal(run.Out.Trim(), copy.Id);
        await _bench.Queue.DeadLetterAsync(copy, "Again", "", default);
        Assert.Equal(run.Out, (await _bench.AllAsync()).Out);
    }

    [Fact]
    public async Task A_stop_ends_the_letter_in_hand_and_begins_no_other()
    {
        await _bench.PutAsideAsync("a");
        await _bench.PutAsideAsync("b");
        using var stop = new CancellationTokenSource();
        _bench.Queue.Fault = call =>
        {
            if (call == "resend") stop.Cancel();
            return null;
        };
        var run = await _bench.AllAsync(ct: stop.Token);
        Assert.Equal((ExitCode.Interrupted, "a"), (run.Code, run.Out.Trim()));
        Assert.Equal("b", Assert.Single(_bench.Queue.DeadLetters).Id);
        Assert.Equal("b", (await _bench.AllAsync()).Out.Trim());
    }

    [Fact]
    public async Task Where_there_are_none_nothing_is_done()
    {
        var run = await _bench.AllAsync();
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Out));
        Assert.Equal(["no message was put back into memory/rebase-jobs"], run.ErrorLines);
    }
}
