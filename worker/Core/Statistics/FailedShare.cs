namespace RebaseBatch.Core.Statistics;

/// <summary>
/// How many problems accuracy may leave out. Problems that fail are seldom a fair sample: often they are the long, hard ones. A tenth of
/// them can move an accuracy of 50 % by about five points, so with more than a tenth an accuracy is shown and not compared.
/// </summary>
static class FailedShare
{
    /// <summary>v_leaderboard has the same number.</summary>
    public static bool IsTooLarge(int failed, int problems) => 10L * failed > problems;
}
