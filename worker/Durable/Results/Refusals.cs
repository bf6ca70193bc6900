namespace RebaseBatch.Durable.Results;

/// <summary>
/// SQLSTATEs with which a statement ends its transaction by the function <c>refuse</c>. PostgreSQL leaves the class RB to programs.
/// </summary>
static class Refusals
{
    /// <summary>The usage of a result is not the sum over the problem's stored steps.</summary>
    public const string OtherSums = "RB001";

    /// <summary>A batch would be completed with problems that have no answer.</summary>
    public const string NotAllAnswered = "RB002";
}
