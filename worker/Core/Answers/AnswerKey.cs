namespace RebaseBatch.Core.Answers;

/// <summary>
/// The class that an answer belongs to, as text: two answers are equal exactly when their keys are. So equality is reflexive, symmetric
/// and transitive by construction, and a vote over classes is well defined. Mathematics has its value as key
/// (<c>3.50</c>, <c>7/2</c> and <c>\frac{7}{2}</c> are <c>7/2</c>); any other answer has its words.
/// </summary>
static class AnswerKey
{
    // The longest gold answer of MATH has under 200 characters. Anything longer is not an answer but a text. Comparing its letters
    // keeps the time linear for hostile input.
    internal const int LongestText = 1000;

    /// <returns>The key; empty for an answer that says nothing, such as <c>$$</c>.</returns>
    public static string Of(string answer) => AnswerReading.Of(answer).Key;
}
