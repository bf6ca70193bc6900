using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

/// <summary>
/// A scheduler and what it plans, turn by turn, as text: <c>A0:16 B1:1</c> is a call with 16 tokens of A's first sequence and one of B's
/// second. Before each call the KV memory that its operations make must hold as many cells as it believes, and each planned sequence its
/// own tokens.
/// </summary>
sealed class SchedulerTable
{
    readonly CellMemory _memory;

    public SchedulerTable(int cells = 1000, int sequences = 16, int batch = 64, int running = 16, int headroom = 4)
    {
        Scheduler = new("policy", new(cells, batch, sequences), new() { MaxRunning = running, HeadroomTokens = headroom });
        _memory = new(sequences);
    }

    public Scheduler Scheduler { get; }

    /// <summary>The operations that ran before the last planned call, such as <c>fork 0&gt;1:10</c> and <c>cut 2:0</c>.</summary>
    public string Operations { get; private set; } = "";

    public PlannedRequest Add(PlannedRequest request)
    {
        Scheduler.Add(request);
        return request;
    }

    /// <summary>A request whose outputs are broken.</summary>
    public PlannedRequest? Broken { get; set; }

    /// <summary>Turns of calls that succeed.</summary>
    public void Gives(params ReadOnlySpan<string> rows)
    {
        foreach (var row in rows) Assert.Equal(row, Turn());
    }

    /// <summary>A turn whose call fails.</summary>
    /// <returns>The plan, and the name of the sequence that was alone in it or null.</returns>
    public (string Row, string? Alone) Fails()
    {
        var row = Plan(out _);
        var alone = (PlannedRequest.Sequence?)Scheduler.CallFailed();
        alone?.Fail(new ModelFaultException("the model failed"));
        return (row, alone?.Name);
    }

    /// <summary>A turn whose call finds the cache full.</summary>
    public string IsFull()
    {
        var row = Plan(out _);
        Scheduler.CacheFull();
        return row;
    }

    public string Turn()
    {
        var row = Plan(out var plan);
        if (plan.Batch.Count == 0) return row;
        _memory.Decode(plan.Batch);
        foreach (var (sequence, output) in Scheduler.Commit(1).ToArray())
        {
            Assert.True(plan.Batch.Outputs[output]);
            var fault = sequence.Request == Broken ? new ModelFaultException("the logits are no numbers") : null;
            Scheduler.Apply(sequence, fault is null && sequence.Advance([], null!), fault);
        }

        return row;
    }

    string Plan(out BatchPlan plan)
    {
        plan = Scheduler.Schedule();
        Operations = string.Join(' ', plan.Operations.Pending.Select(operation => operation.Source is { } from
            ? $"fork {from}>{operation.Sequence}:{operation.Length}"
            : $"cut {operation.Sequence}:{operation.Length}"));
        _memory.Run(plan.Operations);
        Assert.Equal(_memory.Used, Scheduler.Load.CellsUsed);
        Assert.True(_memory.Used + plan.Batch.Count <= Scheduler.Load.Cells);
        foreach (var (sequence, _, _) in plan.Sequences)
            Assert.Equal(sequence.Tokens.Take(sequence.Slot!.Length), _memory.Tokens(sequence.Slot.Id));
        return string.Join(' ', plan.Sequences.ToArray()
            .Select(planned => $"{((PlannedRequest.Sequence)planned.Sequence).Name}:{planned.Tokens}"));
    }
}
