using System.CommandLine;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands;

/// <summary>An option that takes a span of time, as <see cref="DurationText"/> reads it.</summary>
static class DurationOption
{
    /// <param name="helpName">What stands for the value in the help.</param>
    /// <param name="allowsZero">Whether a span of 0 makes sense.</param>
    public static Option<TimeSpan?> Create(string name, string description, string helpName = "SPAN", bool allowsZero = true) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            var (span, fault) = DurationText.Parse(result.Tokens[^1].Value, allowsZero);
            if (fault is not null) result.AddError($"{name}: {fault}");
            return span;
        },
    };
}
