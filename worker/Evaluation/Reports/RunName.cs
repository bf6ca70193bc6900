using System.Globalization;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>A job, or all jobs of a sweep, by its number.</summary>
readonly record struct RunName(bool IsSweep, long Id)
{
    const string SweepMark = "sweep:";

    /// <param name="text">A job's number, or a sweep such as <c>sweep:3</c>.</param>
    /// <returns>Null: it is neither.</returns>
    public static RunName? Of(string text)
    {
        var isSweep = text.StartsWith(SweepMark, StringComparison.OrdinalIgnoreCase);
        return long.TryParse(isSweep ? text[SweepMark.Length..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(isSweep, number) : null;
    }

    /// <summary>The text that <see cref="Of"/> reads.</summary>
    public string Text => $"{(IsSweep ? SweepMark : "")}{Id}";

    /// <summary><c>sweep 3</c>, <c>job 7</c></summary>
    public override string ToString() => $"{(IsSweep ? "sweep" : "job")} {Id}";
}
