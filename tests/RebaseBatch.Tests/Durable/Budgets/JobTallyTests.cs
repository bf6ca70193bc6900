using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;
using Xunit;

namespace RebaseBatch.Tests.Durable.Budgets;

[Fast]
public sealed class JobTallyTests
{
    /// <summary>One thing that happens to the job, with a number that says to whom.</summary>
    enum Event { Claim, Step, Store, End, Lose, OthersStore, BeginQuery, Read, EndQuery }

    /// <summary>
    /// One worker's view of a job beside the real state: a table of stored tokens by problem, batches of one problem, other workers on the
    /// other problems, and one query at a time, which reads the table at any moment between its beginning and its end.
    /// </summary>
    sealed class World
    {
        const int Problems = 6;

        readonly JobTally _tally = new();
        readonly Dictionary<long, (JobTally.Held Held, long Unstored)> _ours = [];
        readonly long[] _stored = new long[Problems];
        readonly long[] _storedWhenRead = new long[Problems];
        JobTally.Query? _query;
        DecodedWork? _read;

        public void Do(Event what, int who)
        {
            var problem = (long)(who % Problems);
            var isOurs = _ours.TryGetValue(problem, out var ours);
            switch (what)
            {
                case Event.Claim when !isOurs:
                    _ours[problem] = (_tally.Hold(problem, new(_stored[problem], _stored[problem] / 4.0)), 0);
                    break;
                case Event.Step when isOurs:
                    _tally.Add(ours.Held, new(1 + who, (1 + who) / 4.0));
                    _ours[problem] = (ours.Held, ours.Unstored + 1 + who);
                    break;
                case Event.Store or Event.End when isOurs:
                    _stored[problem] += ours.Unstored;
                    _ours[problem] = (ours.Held, 0);
                    if (what is Event.End) Release(problem, ours.Held);
                    break;
                case Event.Lose when isOurs: // what was not stored is gone
                    Release(problem, ours.Held);
                    break;
                case Event.OthersStore when !isOurs:
                    _stored[problem] += 1 + who;
                    break;
                case Event.BeginQuery when _query is null:
                    _query = _tally.BeginQuery();
                    break;
                case Event.Read when _query is not null && _read is null:
                    _stored.CopyTo(_storedWhenRead, 0);
                    var sum = Enumerable.Range(0, Problems).Where(p => !_query.LeftOut.Contains(p)).Sum(p => _stored[p]);
                    _read = new(sum, sum / 4.0);
                    break;
                case Event.EndQuery when _read is { } read:
                    _tally.EndQuery(_query!, read);
                    (_query, _read) = (null, null);
                    break;
            }
        }

        void Release(long problem, JobTally.Held held)
        {
            _tally.Release(held);
            _ours.Remove(problem);
        }

        public DecodedWork? Known => _tally.Total;

        /// <summary>What is stored, and what this worker has not stored yet.</summary>
        public long Truth => _stored.Sum() + _ours.Values.Sum(o => o.Unstored);

        public void QueryNow()
        {
            Do(Event.EndQuery, 0);
            if (_query is null) Do(Event.BeginQuery, 0);
            Do(Event.Read, 0);
            Do(Event.EndQuery, 0);
            // A query during which a claim happened is done again.
            Do(Event.BeginQuery, 0);
            Do(Event.Read, 0);
            Do(Event.EndQuery, 0);
        }
    }

    static readonly Gen<(Event What, int Who)[]> s_events =
        from events in (from what in Gen.Elements(Enum.GetValues<Event>()) from who in Gen.Choose(0, 11) select (what, who)).ArrayOf()
        select events;

    [Fact]
    public void Nothing_is_counted_twice_or_forgotten_however_storing_and_querying_overlap() => Check(s_events, events =>
    {
        var world = new World();
        foreach (var (what, who) in events)
        {
            // Steps that were lost with their lease may stay in the sum until the next look; everything else is exact.
            if (what is Event.Lose) continue;
            world.Do(what, who);
            if (world.Known is { } known && known.SampledTokens > world.Truth) return false;
        }

        world.QueryNow();
        return world.Known == new DecodedWork(world.Truth, world.Truth / 4.0);
    });

    [Fact]
    public void Alone_a_worker_knows_its_spending_to_the_token_at_any_moment_once_it_has_looked() => Check(s_events, events =>
    {
        var world = new World();
        foreach (var (what, who) in events)
        {
            if (what is Event.Lose or Event.OthersStore) continue;
            world.Do(what, who);
            if (world.Known is { } known && known.SampledTokens != world.Truth) return false;
        }

        return true;
    });

    [Fact]
    public void What_was_lost_with_a_lease_is_out_of_the_sum_after_the_next_look() => Check(s_events, events =>
    {
        var world = new World();
        foreach (var (what, who) in events) world.Do(what, who);
        world.QueryNow();
        return world.Known == new DecodedWork(world.Truth, world.Truth / 4.0);
    });

    [Fact]
    public void A_problem_that_this_worker_claims_again_before_its_old_lease_has_wound_up_counts_once()
    {
        var tally = new JobTally();
        var old = tally.Hold(7, new(10, 1));
        tally.Add(old, new(5, 1));
        Assert.Null(tally.Total);

        tally.Hold(7, new(12, 2));
        tally.Add(old, new(3, 1));
        tally.Release(old);
        Assert.True(tally.EndQuery(tally.BeginQuery(), default));

        Assert.Equal(new DecodedWork(12, 2), tally.Total);
    }

    static void Check<T>(Gen<T> drawn, Func<T, bool> holds) =>
        Prop.ForAll(drawn.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(60));
}
