using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using RebaseBatch.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

[Fast]
public sealed class SettingSchemaTests
{
    [Fact]
    public void Settings_of_named_things_are_checked_under_their_names()
    {
        var section = Section(("Rebase:Models:small:Layers", "many"), ("Rebase:Models:small:Pth", "x"), ("Rebase:Models:large:Path", "y"));

        var faults = SettingSchema.BindingFaults(typeof(Options), section).ToList();

        Assert.Equal(2, faults.Count);
        Assert.Contains("Rebase:Models:small:Layers: 'many' is not a whole number", faults);
        Assert.Contains(faults, f => f.StartsWith("Rebase:Models:small:Pth: there is no such setting", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_hold_inside_named_things()
    {
        var options = Section(("Rebase:Models:small:Layers", "-1")).Get<Options>()!;

        Assert.Equal([("Rebase:Models:small:Layers", "-1 is not within 0 to 99")], SettingSchema.ValidationFaults(options, "Rebase"));
        Assert.Contains(("Rebase:Models:small:Layers", "-1"), SettingSchema.Values(options, "Rebase"));
    }

    [Fact]
    public void A_section_where_one_value_belongs_is_refused() =>
        Assert.Equal(["Rebase:Models:small:Layers: it takes a single value, not a section"],
            SettingSchema.BindingFaults(typeof(Options), Section(("Rebase:Models:small:Layers:0", "1"))));

    static IConfigurationSection Section(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build().GetSection("Rebase");

    sealed class Options
    {
        public Dictionary<string, Model> Models { get; set; } = [];
    }

    sealed class Model
    {
        public string Path { get; set; } = "";

        [Range(0, 99)]
        public int Layers { get; set; }
    }
}
