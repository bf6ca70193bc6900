namespace RebaseBatch.Durable.Checkpoints;

/// <summary>What a worker knows to be stored of one search. A checkpoint names it, and is stored only on top of exactly that.</summary>
/// <param name="Nodes">Number of stored steps.</param>
/// <param name="Restarts">How often the search was begun anew.</param>
readonly record struct StoredTree(int Nodes, int Restarts)
{
    /// <summary>The same with this many more steps.</summary>
    public StoredTree With(int more) => this with { Nodes = Nodes + more };
}
