using Xunit.v3;

namespace RebaseBatch.Tests;

/// <summary>
/// Marks a class of pure tests that simulate for seconds. The run of <c>Category=Fast</c> leaves them out to stay under 20 s.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
sealed class SlowAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Category", "Slow")];
}
