using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Migrations;
using RebaseBatch.Tests.Infra;
using Xunit;

namespace RebaseBatch.Tests.Architecture;

/// <summary>The measures that every file and every type keeps, so that a reader can hold one at a time.</summary>
[Fast]
public sealed partial class ShapeTests
{
    const int MaxFileLines = 300;
    const int MaxConstructorParameters = 9;
    const int MaxPositions = 8;

    static readonly int s_maxLineLength = int.Parse(LineLimit().Match(Repository.Read(".editorconfig")).Groups[1].Value,
        System.Globalization.CultureInfo.InvariantCulture);

    static readonly SourceFile[] s_files =
        [.. SourceFile.All, .. SourceFile.Below("contracts"), .. SourceFile.Below("migrations"), .. SourceFile.Below("tests")];

    static readonly Type[] s_types = [.. new[] { typeof(JobStore), typeof(JobSpec), typeof(Migrator) }
        .SelectMany(type => type.Assembly.GetTypes()).Where(type => !IsGenerated(type))];

    [Fact]
    public void No_file_is_longer_than_300_lines() => None(LongFiles(s_files));

    [Fact]
    public void No_line_is_longer_than_the_editors_limit() => None(LongLines(s_files));

    [Fact]
    public void No_constructor_takes_more_than_9_parameters() => None(LargeConstructors(s_types));

    [Fact]
    public void No_record_has_more_than_8_positions() => None(LargeRecords(s_types));

    /// <summary>A check that reads nothing finds nothing.</summary>
    [Fact]
    public void Files_and_types_of_every_project_are_checked()
    {
        Assert.All(["worker/", "contracts/", "migrations/", "tests/RebaseBatch.Tests/", "tests/RebaseBatch.Benchmarks/"],
            folder => Assert.Contains(s_files, file => file.Path.StartsWith(folder, StringComparison.Ordinal)));
        Assert.Equal(3, s_types.Select(type => type.Assembly).Distinct().Count());
        Assert.Contains(s_types, type => type.IsNestedPrivate);
    }

    [Fact]
    public void A_file_that_is_too_long_is_found()
    {
        Assert.Empty(LongFiles([Made(string.Concat(Enumerable.Repeat("x\n", MaxFileLines)))]));
        Assert.Equal("worker/Made.cs:301: the file has 301 lines, and 300 are the most",
            Assert.Single(LongFiles([Made(string.Concat(Enumerable.Repeat("x\n", MaxFileLines + 1)))])));
    }

    [Theory]
    [InlineData("x", null)]
    [InlineData("é", null)]
    [InlineData("xy", "worker/Made.cs:2: the line has 141 characters, and 140 are the most")]
    public void A_line_that_is_too_long_is_found(string end, string? fault) =>
        Assert.Equal(fault, LongLines([Made($"x\n{new string(' ', 139)}{end}\nx\n")]).SingleOrDefault());

    [Fact]
    public void A_constructor_that_takes_too_much_is_found_in_a_private_type_too()
    {
        Assert.Empty(LargeConstructors([typeof(NinePositions)]));
        Assert.Equal("RebaseBatch.Tests.Architecture.ShapeTests+Ten: a constructor takes 10 parameters, and 9 are the most",
            Assert.Single(LargeConstructors([typeof(Ten)])));
    }

    [Fact]
    public void A_record_with_too_many_positions_is_found_in_a_private_type_too()
    {
        Assert.Empty(LargeRecords([typeof(EightPositions), typeof(Ten)]));
        Assert.Equal("RebaseBatch.Tests.Architecture.ShapeTests+NinePositions: the record has 9 positions, and 8 are the most",
            Assert.Single(LargeRecords([typeof(NinePositions)])));
    }

    static SourceFile Made(string text) => new("worker/Made.cs", text);

    static IEnumerable<string> LongFiles(IEnumerable<SourceFile> files) =>
        from file in files
        let lines = Lines(file).Length
        where lines > MaxFileLines
        select $"{file.Path}:{lines}: the file has {lines} lines, and {MaxFileLines} are the most";

    static IEnumerable<string> LongLines(IEnumerable<SourceFile> files) =>
        from file in files
        from line in Lines(file).Select((text, i) => (text.Length, Number: i + 1))
        where line.Length > s_maxLineLength
        select $"{file.Path}:{line.Number}: the line has {line.Length} characters, and {s_maxLineLength} are the most";

    static string[] Lines(SourceFile file) => file.Text.TrimEnd('\n').Split('\n');

    static IEnumerable<string> LargeConstructors(IEnumerable<Type> types) =>
        from type in types
        from made in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        let taken = made.GetParameters().Length
        where taken > MaxConstructorParameters && !made.IsDefined(typeof(CompilerGeneratedAttribute))
        select $"{type.FullName}: a constructor takes {taken} parameters, and {MaxConstructorParameters} are the most";

    /// <summary>A positional record has one Deconstruct method, with an out parameter for each position.</summary>
    static IEnumerable<string> LargeRecords(IEnumerable<Type> types) =>
        from type in types
        from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where method.Name == "Deconstruct" && method.GetParameters() is { Length: > MaxPositions } taken && taken.All(one => one.IsOut)
        select $"{type.FullName}: the record has {method.GetParameters().Length} positions, and {MaxPositions} are the most";

    static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute)) || (type.DeclaringType is { } outer && IsGenerated(outer));

    static void None(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    [GeneratedRegex(@"^max_line_length = (\d+)\s*$", RegexOptions.Multiline)]
    private static partial Regex LineLimit();

    sealed class Ten
    {
        Ten(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j) => Sum = a + b + c + d + e + f + g + h + i + j;

        public int Sum { get; }
    }

    sealed record EightPositions(int A, int B, int C, int D, int E, int F, int G, int H);

    sealed record NinePositions(int A, int B, int C, int D, int E, int F, int G, int H, int I);
}
