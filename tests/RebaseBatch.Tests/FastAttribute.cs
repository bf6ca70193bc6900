using Xunit.v3;

namespace RebaseBatch.Tests;

/// <summary>
/// Marks a class whose tests need no server, no process, no model in llama.cpp and no browser, and that take seconds all together:
/// <c>dotnet test --filter Category=Fast</c> runs them. <see cref="Architecture.FastTests"/> checks that the mark is true.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
sealed class FastAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Category", "Fast")];
}
