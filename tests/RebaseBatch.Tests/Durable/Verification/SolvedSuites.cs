using Xunit;

namespace RebaseBatch.Tests.Durable.Verification;

/// <summary>The suites that share one <see cref="SolvedDatabase"/>.</summary>
[CollectionDefinition(Name)]
public sealed class SolvedSuites : ICollectionFixture<SolvedDatabase>
{
    public const string Name = "solved";
}
