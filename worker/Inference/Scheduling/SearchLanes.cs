namespace RebaseBatch.Inference.Scheduling;

/// <summary>The lanes that one search's branches are dealt over, and where each of its nodes was grown: there its prefix is cached.</summary>
/// <param name="home">The first lane; nodes of which nothing else is known are there.</param>
sealed class SearchLanes(int home)
{
    readonly List<int> _lanes = [home];
    readonly Dictionary<int, int> _laneOf = [];

    public IReadOnlyList<int> Lanes => _lanes;

    public void Add(int lane) => _lanes.Add(lane);

    /// <summary>The lane of a node that was dealt.</summary>
    public int Of(int node) => _laneOf.GetValueOrDefault(node, home);

    /// <summary>Forgets where nodes were grown, but for these.</summary>
    public void Retain(IReadOnlySet<int> nodes)
    {
        foreach (var node in _laneOf.Keys)
            if (!nodes.Contains(node)) _laneOf.Remove(node);
    }

    /// <summary>
    /// Gives each child of a wave its lane. Children stay in their parent's lane, where nothing of them has to be encoded again, until it has
    /// its share of the wave; those beyond it go where most room is, siblings together.
    /// </summary>
    /// <param name="enough">Branches of the search that one lane serves well: none is moved for less.</param>
    public void Assign(IReadOnlyList<Siblings> wave, int enough)
    {
        var share = Math.Max(enough, (wave.Sum(family => family.Children.Count) + _lanes.Count - 1) / _lanes.Count);
        var room = _lanes.ToDictionary(lane => lane, _ => share);
        var placed = new int[wave.Count];
        for (var i = 0; i < wave.Count; i++) Place(i, Of(wave[i].Parent));
        for (var i = 0; i < wave.Count; i++)
            while (placed[i] < wave[i].Children.Count) Place(i, room.MaxBy(lane => lane.Value).Key);

        void Place(int family, int lane)
        {
            var children = wave[family].Children;
            for (; placed[family] < children.Count && room[lane] > 0; room[lane]--) _laneOf[children[placed[family]++]] = lane;
        }
    }
}
