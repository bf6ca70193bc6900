using System.Reflection;
using System.Text.RegularExpressions;
using RebaseBatch.Tests.Infra;
using Xunit;

namespace RebaseBatch.Tests.Architecture;

/// <summary>Keeps <see cref="FastAttribute"/> honest, by the tests' types and by their sources.</summary>
[Fast]
public sealed class FastTests
{
    static readonly Type[] s_types = typeof(FastTests).Assembly.GetTypes();

    /// <summary>The groups of the tests' support that start a server, a process, a browser or a model in llama.cpp.</summary>
    static readonly string[] s_slow = ["Blobs", "Browsing", "Http", "Llama", "Postgres", "Processes", "ServiceBus", "Workers"];

    static readonly Type[] s_slowTypes =
        [.. s_types.Where(
            type => s_slow.Any(group => type.Namespace == $"RebaseBatch.Tests.Support.{group}") && !type.IsNested && type.Name[0] != '<')];

    // A static class is used by its members; any other name of it is something else's, such as a setting's. The rest is what the program
    // itself starts.
    static readonly Regex s_slowCode =
        new($@"(?<![\w."":])(?:{string.Join('|', s_slowTypes.Select(Use))})\b(?!:)"
        + @"|\bProcess\.Start\b|\bEmbeddedPostgres\.StartAsync\b|\bnew (?:LlamaModel|LlamaCppRuntime|LLamaSharpRuntime|ModelPool)\b",
            RegexOptions.Compiled);

    static IEnumerable<Type> Suites =>
        s_types.Where(type => !type.IsAbstract && type.GetMethods().Any(method => method.IsDefined(typeof(FactAttribute))));

    static IEnumerable<Type> Fast => Suites.Where(IsFast);

    [Fact]
    public void Tests_of_the_core_and_of_the_architecture_are_fast_but_for_long_simulations() =>
        Assert.Empty(Suites.Where(type => Regex.IsMatch(type.Namespace!, @"^RebaseBatch\.Tests\.(Core|Architecture)\b") && !IsFast(type))
            .Where(type => !type.IsDefined(typeof(SlowAttribute), inherit: false))
            .Select(type => $"{type.FullName} has neither [Fast] nor [Slow]"));

    [Fact]
    public void A_fast_suite_takes_no_server()
    {
        var fixtures = typeof(FastTests).Assembly.GetCustomAttributes<AssemblyFixtureAttribute>()
            .Select(fixture => fixture.AssemblyFixtureType).ToList();
        Assert.NotEmpty(fixtures);
        Assert.Empty(
            Fast.Where(type => type.GetConstructors().SelectMany(made => made.GetParameters())
                .Any(taken => fixtures.Contains(taken.ParameterType))).Select(type => type.FullName));
    }

    [Fact]
    public void A_fast_suites_source_names_nothing_slow()
    {
        Assert.All(s_slow, group => Assert.Contains(s_slowTypes, type => type.Namespace == $"RebaseBatch.Tests.Support.{group}"));
        var sources =
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "RebaseBatch.Tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToLookup(file => Path.GetFileNameWithoutExtension(file));
        Assert.Empty(
            from suite in Fast
            where suite != typeof(FastTests)
            from type in Bases(suite)
            from file in sources[type.Name]
            from slow in Slow(new SourceFile($"worker/{type.Name}.cs", File.ReadAllText(file)))
            select $"{suite.Name} is marked [Fast], and {Path.GetFileName(file)}:{slow.Line} uses {slow.Name}");
    }

    [Theory]
    [InlineData("    await using var server = await OwnPostgres.StartedAsync();", "OwnPostgres")]
    [InlineData("    using var process = Process.Start(start)!;", "Process.Start")]
    [InlineData("    var model = new LlamaModel(path);", "new LlamaModel")]
    [InlineData("    var path = Models.PathOf(name);", "Models")]
    [InlineData("    public Dictionary<string, Model> Models { get; set; } = [];", null)]
    [InlineData("    var model = new ScriptedModel(); // no LlamaModel, no PostgresServer", null)]
    public void What_is_slow_is_found_in_code_and_not_in_comments(string line, string? found) =>
        Assert.Equal(found, Slow(new("worker/Made.cs", line)).Select(slow => slow.Name).SingleOrDefault());

    static string Use(Type type) => type.IsAbstract && type.IsSealed ? $@"{type.Name}(?=\.)" : type.Name;

    static bool IsFast(Type type) => type.IsDefined(typeof(FastAttribute), inherit: false);

    static IEnumerable<Type> Bases(Type type)
    {
        for (var at = type; at != typeof(object); at = at.BaseType!) yield return at;
    }

    static IEnumerable<(int Line, string Name)> Slow(SourceFile source) =>
        from line in source.Code
        from Match found in s_slowCode.Matches(line.Code)
        select (line.Line, found.Value);
}
