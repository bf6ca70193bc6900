namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>
/// How sure a form of stating an answer is. The last answer in the text counts, unless it is words only and a surer form has one.
/// </summary>
enum FormRank
{
    /// <summary>Markup that stands for an answer and nothing else.</summary>
    Markup,

    /// <summary>A sentence about the answer.</summary>
    Sentence,

    /// <summary>A label or heading before the answer.</summary>
    Label,

    /// <summary>Words that often announce something else. They count only where no surer form has an answer.</summary>
    Hint,
}
