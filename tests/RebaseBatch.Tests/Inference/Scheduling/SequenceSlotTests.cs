using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Fast]
public sealed class SequenceSlotTests
{
    static readonly int[] s_tokens = [1, 2, 3, 4, 5];

    [Fact]
    public void A_slot_goes_from_free_to_busy_to_idle_to_busy_to_free()
    {
        var slot = new SequenceSlot(3);
        Assert.Equal((SlotState.Free, 0, 0), (slot.State, slot.Length, slot.Planned.Length));
        slot.Open(s_tokens, planned: 3, held: 2, now: 1);
        slot.Append(1);
        slot.Plan(4);
        Assert.Equal((SlotState.Busy, 3, 4), (slot.State, slot.Length, slot.Planned.Length));
        slot.Cut(2);
        slot.Keep(search: 7, node: 8, now: 2);
        Assert.Equal((SlotState.Idle, 2, 2), (slot.State, slot.Length, slot.Planned.Length));
        Assert.Equal((7, 8, 2), (slot.Search, slot.Node, slot.LastUsed));
        slot.Cut(1);
        slot.Open(s_tokens, planned: 5, held: 1, now: 3);
        Assert.Equal((SlotState.Busy, 1, 5), (slot.State, slot.Length, slot.Planned.Length));
        slot.Cut(0);
        slot.Release();
        Assert.Equal((SlotState.Free, 0, 0), (slot.State, slot.Length, slot.Planned.Length));
    }

    [Theory]
    [InlineData(nameof(SlotState.Free), "append", "plan", "cut", "keep", "release")]
    [InlineData(nameof(SlotState.Busy), "open", "append too many", "plan too few", "plan too many", "cut too long", "release")]
    [InlineData(nameof(SlotState.Idle), "open with other length", "append", "plan", "keep", "release")]
    public void What_would_break_its_invariants_is_refused(string state, params string[] acts)
    {
        Assert.All(acts, act =>
        {
            var slot = In(state);
            var before = (slot.State, slot.Length, slot.Planned.Length);
            var refusal = Assert.Throws<InvalidOperationException>(() => Act(slot, act));
            Assert.StartsWith("sequence 3 can't", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(before, (slot.State, slot.Length, slot.Planned.Length));
        });
    }

    static SequenceSlot In(string state)
    {
        var slot = new SequenceSlot(3);
        if (state != nameof(SlotState.Free)) slot.Open(s_tokens, planned: 4, held: 2, now: 1);
        if (state == nameof(SlotState.Idle)) slot.Keep(1, 1, 1);
        return slot;
    }

    static void Act(SequenceSlot slot, string act)
    {
        switch (act)
        {
            case "open": slot.Open(s_tokens, 4, slot.Length, 2); break;
            case "open with other length": slot.Open(s_tokens, 4, slot.Length - 1, 2); break;
            case "append": slot.Append(1); break;
            case "append too many": slot.Append(3); break;
            case "plan": slot.Plan(2); break;
            case "plan too few": slot.Plan(1); break;
            case "plan too many": slot.Plan(6); break;
            case "cut": slot.Cut(0); break;
            case "cut too long": slot.Cut(3); break;
            case "keep": slot.Keep(1, 1, 2); break;
            case "release": slot.Release(); break;
            default: throw new ArgumentException(act);
        }
    }
}
