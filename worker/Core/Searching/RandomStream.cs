namespace RebaseBatch.Core.Searching;

/// <summary>
/// The random numbers of one node: a pure function of (job seed, problem, child indices from the root, position). So a resumed
/// search draws the same numbers, in any order and on any worker. A stream's draws are the SplitMix64 sequence of its key, and
/// a child's key is such a draw in another domain (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// 2014, with Stafford's mix 13). Stored searches depend on these numbers: never change the function.
/// </summary>
readonly struct RandomStream
{
    const ulong Golden = 0x9E3779B97F4A7C15; // 2^64 / golden ratio, odd: consecutive indices lie far apart
    const ulong SearchDomain = 0x5345415243480001;
    const ulong ChildDomain = 0x4348494C44000001;
    const ulong SeedDomain = 0x5345454400000001;
    const ulong LevelDomain = 0x4C4556454C000001;

    readonly ulong _key;

    RandomStream(ulong key) => _key = key;

    /// <summary>The root's stream in the search of one problem.</summary>
    /// <param name="seed">Seed of the job.</param>
    /// <param name="problem">Number of the problem in its job.</param>
    public static RandomStream ForSearch(long seed, long problem) => new(Derive((ulong)seed, SearchDomain, problem));

    /// <summary>The stream of this node's child with rank <paramref name="childIndex"/>.</summary>
    public RandomStream Child(int childIndex) => new(Derive(_key, ChildDomain, childIndex));

    /// <summary>The stream of a planned step. Call it on the root's stream.</summary>
    public RandomStream Step(SearchTree tree, PlannedStep step)
    {
        var stream = this;
        foreach (var node in tree.Path(step.ParentNo)) stream = stream.Child(node.ChildIndex);
        return stream.Child(step.ChildIndex);
    }

    /// <summary>
    /// The stream of a whole level, for a strategy that deals by lot. Call it on the root's stream. It shares no number with the streams of
    /// steps.
    /// </summary>
    /// <param name="depth">Depth of the nodes whose children are dealt, from 1.</param>
    public RandomStream Level(int depth) => new(Derive(_key, LevelDomain, depth));

    /// <summary>The number at <paramref name="position"/> (0 or more), uniform in [0, 1) with 53 bits.</summary>
    public double NextDouble(long position) => (Draw(_key, position) >> 11) * (1.0 / (1UL << 53));

    /// <summary>
    /// A seed for a sampler elsewhere that begins at <paramref name="position"/>: 0 to 2^63 - 1. It says nothing of the numbers that
    /// <see cref="NextDouble"/> draws.
    /// </summary>
    public long Seed(long position = 0) => (long)(Derive(_key, SeedDomain, position) >> 1);

    static ulong Derive(ulong key, ulong domain, long index) => Draw(Mix(key ^ domain), index);

    static ulong Draw(ulong key, long index) => Mix(unchecked(key + Golden * ((ulong)index + 1)));

    static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
