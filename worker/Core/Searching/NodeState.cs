namespace RebaseBatch.Core.Searching;

/// <summary>Where a node of the search tree stands. Stored by number: never renumber.</summary>
enum NodeState
{
    /// <summary>A step that may be continued.</summary>
    Open = 0,

    /// <summary>The last step of a finished solution: a candidate for the vote.</summary>
    Finished = 1,

    /// <summary>Ended by a limit (depth, tokens, context) before the solution did: neither continued nor voting.</summary>
    Exhausted = 2,

    /// <summary>
    /// Authors' preset only: unscored, and so as if it had never been: neither continued nor voting, and its place in the width is dealt
    /// again. Its tokens count.
    /// </summary>
    Dropped = 3,
}
