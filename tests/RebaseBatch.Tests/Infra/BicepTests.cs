using System.Text.RegularExpressions;
using Xunit;

namespace RebaseBatch.Tests.Infra;

/// <summary>A light check of structure and names. It is not a compiler, and does not know what Azure would answer.</summary>
[Fast]
public sealed partial class BicepTests
{
    public static TheoryData<string> Files =>
        [.. Repository.Files(".bicep").Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Brackets_and_texts_have_ends(string path) => Assert.Null(Bicep.Of(path).Unbalanced());

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_line_at_the_margin_begins_a_declaration_or_ends_one(string path) =>
        Assert.All(Bicep.Of(path).Code.Split('\n').Where(line => line.Length > 0 && line[0] != ' '),
            line => Assert.Matches(Margin(), line));

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_declared_is_used_and_once(string path)
    {
        var bicep = Bicep.Of(path);
        Assert.NotEmpty(bicep.Declarations);
        Assert.Distinct(bicep.Declarations.Select(declared => declared.Name));
        foreach (var (kind, name) in bicep.Declarations.Where(declared => declared.Kind is "param" or "var"))
            Assert.True(bicep.Mentions(name) > 1, $"{path} does not use the {kind} {name}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Resources_name_a_released_version_of_their_type(string path) =>
        Assert.All(Bicep.Of(path).ResourceTypes, type => Assert.Matches(Type(), type));

    [Fact]
    public void Modules_are_given_what_they_ask_for_and_asked_for_what_they_give()
    {
        var modules =
            Bicep.Main.Modules.ToDictionary(module => module.Name, module => (module.Given, Bicep: Bicep.Of($"infra/bicep/{module.File}")));
        foreach (var (name, (given, module)) in modules)
        {
            Assert.Empty(given.Except(module.Parameters.Keys).Select(unknown => $"{name} has no parameter {unknown}"));
            Assert.Empty(module.Parameters.Keys.Except(module.Defaults.Keys).Except(given)
                .Select(missing => $"{name} is not given {missing}"));
        }

        Assert.NotEmpty(Bicep.Main.Uses);
        foreach (var (module, output) in Bicep.Main.Uses) Assert.Contains(output, modules[module].Bicep.Outputs);
        foreach (var (name, (_, module)) in modules)
            Assert.Empty(module.Outputs.Except(Bicep.Main.Uses.Where(use => use.Module == name).Select(use => use.Output))
                .Select(output => $"nobody uses {name}'s {output}"));
        Assert.Equal(
            Files.Select(row => row.Data).Where(file => file.Contains("/modules/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            modules.Values.Select(module => module.Bicep.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_example_gives_what_has_no_default_and_nothing_that_is_no_parameter()
    {
        var given = Given().Matches(Repository.Read("infra/bicep/main.bicepparam")).Select(match => match.Groups[1].Value).ToList();

        Assert.Empty(given.Except(Bicep.Main.Parameters.Keys));
        Assert.Empty(Bicep.Main.Parameters.Keys.Except(Bicep.Main.Defaults.Keys).Except(given));
    }

    [Theory]
    [InlineData("servicebus", "disableLocalAuth: true")]
    [InlineData("storage", "allowSharedKeyAccess: false")]
    [InlineData("storage", "allowBlobPublicAccess: false")]
    [InlineData("postgres", "passwordAuth: 'Disabled'")]
    [InlineData("postgres", "activeDirectoryAuth: 'Enabled'")]
    [InlineData("cluster", "disableLocalAccounts: true")]
    [InlineData("registry", "adminUserEnabled: false")]
    public void Nobody_enters_by_a_key(string module, string property) =>
        Assert.Contains(property, Bicep.Of($"infra/bicep/modules/{module}.bicep").Code, StringComparison.Ordinal);

    [Theory]
    [InlineData("param a string", null)]
    [InlineData("var a = 'it\\'s ${b} here'", null)]
    [InlineData("var a = '${b", "line 1: '{'")]
    [InlineData("var a = 'no end\n", "line 1: a text has no end")]
    [InlineData("var a = [\n  {\n  ]", "line 3: ']'")]
    public void The_balance_is_kept(string code, string? fault) => Assert.Equal(fault, Bicep.OfText(code).Unbalanced());

    [GeneratedRegex(
        @"^(targetScope = '\w+'|param \w+ (string|int|bool|object|array)( = .+)?|var \w+ = .+"
        + @"|resource \w+ '[^']+'( existing)? = .+|module \w+ '[^']+' = .+|output \w+ (string|int|bool) = .+"
        + @"|@(minLength|maxLength|minValue|maxValue|batchSize)\(\d+\)|@allowed\(\[.+\]\)|[}\])]+)$")]
    private static partial Regex Margin();

    [GeneratedRegex(@"^Microsoft\.\w+(/\w+)+@\d{4}-\d{2}-\d{2}$")]
    private static partial Regex Type();

    [GeneratedRegex(@"(?m)^param (\w+) = ")]
    private static partial Regex Given();
}
