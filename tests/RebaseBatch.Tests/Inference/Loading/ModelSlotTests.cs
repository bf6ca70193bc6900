using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Loading;

[Fast]
public sealed class ModelSlotTests
{
    sealed class Model : ILoadedModel
    {
        public ModelIdentity Identity { get; } = new("model", "", 1);
        public ModelRole Role => ModelRole.Policy;
        public EngineStatistics Statistics => default;
        public bool IsAlive { get; set; } = true;

        public void Dispose()
        {
        }
    }

    readonly Model _model = new();
    long _now;

    [Theory]
    [InlineData("fetching", "", "Fetching")]
    [InlineData("fetching", "enter fetched", "Loading")]
    [InlineData("fetching", "enter fetched loaded", "Ready")]
    [InlineData("fetching", "enter fail", "Failed")]
    [InlineData("fetching", "enter fetched fail", "Failed")]
    // The download continues while somebody waits for it.
    [InlineData("fetching", "enter enter leave", "Fetching")]
    [InlineData("fetching", "enter leave", "Abandoned")]
    [InlineData("fetching", "enter leave fail", "Abandoned")]
    [InlineData("fetching", "enter leave retire", "Unloading")]
    // Once loading has begun, it continues even if nobody waits.
    [InlineData("here", "", "Loading")]
    [InlineData("here", "enter fetched leave", "Loading")]
    [InlineData("here", "enter fetched leave loaded", "Ready")]
    [InlineData("here", "enter fetched leave retire loaded", "Unloading")]
    [InlineData("here", "enter fetched leave retire fail", "Unloading")]
    [InlineData("here", "enter fetched loaded leave", "Ready")]
    [InlineData("here", "enter fetched loaded leave enter", "Ready")]
    [InlineData("here", "enter fetched loaded leave retire", "Unloading")]
    [InlineData("here", "enter fetched loaded stop", "Faulted")]
    [InlineData("here", "enter fetched loaded stop leave", "Faulted")]
    // A model in use is unloaded when the last user leaves.
    [InlineData("here", "enter enter fetched loaded stop retire", "Retired")]
    [InlineData("here", "enter enter fetched loaded stop retire leave", "Retired")]
    [InlineData("here", "enter enter fetched loaded stop retire leave leave", "Unloading")]
    [InlineData("here", "enter fetched fail retire leave", "Unloading")]
    public void A_model_goes_its_way_through_the_pool(string begins, string transitions, string state)
    {
        var slot = Follow(begins, transitions);
        Assert.Equal(state, slot.State.ToString());
        Assert.Equal(state is "Fetching" or "Loading" or "Ready", slot.CanServe);
    }

    [Theory]
    [InlineData("here", "enter fetched loaded", "loaded fail")]
    [InlineData("here", "", "leave")]
    [InlineData("here", "enter fetched fail", "enter loaded")]
    [InlineData("here", "enter enter fetched loaded stop retire", "enter retire")]
    [InlineData("here", "enter leave retire", "enter leave retire")]
    [InlineData("fetching", "enter", "loaded")]
    [InlineData("fetching", "enter leave", "enter loaded")]
    public void What_its_state_does_not_allow_is_refused(string begins, string transitions, string refused)
    {
        foreach (var transition in refused.Split(' '))
        {
            var slot = Follow(begins, transitions);
            var before = slot.State;
            var refusal = Assert.Throws<InvalidOperationException>(() => Make(slot, transition));
            Assert.Contains($"a model that is {before}", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(before, slot.State);
        }
    }

    [Theory]
    [InlineData("fetching", "enter", true)]
    [InlineData("here", "enter", true)]
    [InlineData("fetching", "enter leave", false)]
    [InlineData("fetching", "enter leave retire", false)]
    [InlineData("here", "enter leave retire", false)]
    public void What_nobody_wants_any_more_is_not_loaded_once_it_is_fetched(string begins, string transitions, bool isLoaded) =>
        Assert.Equal(isLoaded, Follow(begins, transitions).Fetched());

    [Fact]
    public void It_is_idle_while_no_batch_has_it_and_tells_when_one_last_did()
    {
        var slot = Follow("here", "enter enter fetched loaded");
        Assert.False(slot.IsIdle);
        slot.Leave(7);
        Assert.False(slot.IsIdle);
        slot.Leave(9);
        Assert.Equal((true, 9), (slot.IsIdle, slot.LastUsed));
    }

    ModelSlot Follow(string begins, string transitions)
    {
        _model.IsAlive = true;
        var slot = new ModelSlot(fetches: begins == "fetching");
        foreach (var transition in transitions.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Make(slot, transition);
        return slot;
    }

    void Make(ModelSlot slot, string transition)
    {
        switch (transition)
        {
            case "enter": slot.Enter(); break;
            case "leave": slot.Leave(++_now); break;
            case "fetched": slot.Fetched(); break;
            case "loaded": slot.Loaded(_model); break;
            case "fail": slot.Fail(); break;
            case "retire": slot.Retire(); break;
            case "stop": _model.IsAlive = false; break;
            default: throw new ArgumentException(transition);
        }
    }
}
