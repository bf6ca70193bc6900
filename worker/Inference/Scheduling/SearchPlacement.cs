namespace RebaseBatch.Inference.Scheduling;

/// <summary>The engines that serve one search, and which of them sampled each of its nodes: there the node's prefix is cached.</summary>
/// <param name="home">The first engine. It serves every node that has no recorded engine.</param>
sealed class SearchPlacement(int home)
{
    readonly List<int> _engines = [home];
    readonly Dictionary<int, int> _engineOf = [];

    public IReadOnlyList<int> Engines => _engines;

    public void Add(int engine) => _engines.Add(engine);

    /// <summary>The engine of a node.</summary>
    public int Of(int node) => _engineOf.GetValueOrDefault(node, home);

    /// <summary>Forgets the engines of all nodes except these.</summary>
    public void Retain(IReadOnlySet<int> nodes)
    {
        foreach (var node in _engineOf.Keys)
            if (!nodes.Contains(node)) _engineOf.Remove(node);
    }

    /// <summary>
    /// Assigns each child of a wave to an engine. Children stay in their parent's engine, where none of their tokens must be encoded again,
    /// until that engine has its share of the wave. The others go to the engine with the most room, siblings together.
    /// </summary>
    /// <param name="enough">Sequences of the search that one engine serves well. No child moves while its engine has fewer.</param>
    public void Assign(IReadOnlyList<Siblings> wave, int enough)
    {
        var share = Math.Max(enough, (wave.Sum(siblings => siblings.Children.Count) + _engines.Count - 1) / _engines.Count);
        var room = _engines.ToDictionary(engine => engine, _ => share);
        var placed = new int[wave.Count];
        for (var i = 0; i < wave.Count; i++) Place(i, Of(wave[i].Parent));
        for (var i = 0; i < wave.Count; i++)
            while (placed[i] < wave[i].Children.Count) Place(i, room.MaxBy(engine => engine.Value).Key);

        void Place(int siblings, int engine)
        {
            var children = wave[siblings].Children;
            for (; placed[siblings] < children.Count && room[engine] > 0; room[engine]--) _engineOf[children[placed[siblings]++]] = engine;
        }
    }
}
