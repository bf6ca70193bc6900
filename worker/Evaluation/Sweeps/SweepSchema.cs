using System.Text.Json.Nodes;
using RebaseBatch.Durable.Jobs;
using static RebaseBatch.Durable.Jobs.SettingSchemas;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>The JSON schema of a sweep's file (draft 2020-12), for editors: contracts/sweep.schema.json is what this writes.</summary>
static class SweepSchema
{
    public static string Text() => Document("A sweep of RebaseBatch", Build());

    static JsonObject Build()
    {
        var strategy = Object(SettingSchemas.Of(SweepSettings.Names), "strategy");
        strategy["properties"]!["strategy"] = Strategies();
        strategy["properties"]!["widths"] = OneOrMore(Whole(1, 256));
        strategy["properties"]!["tags"] = Tags();
        return Object(new()
        {
            ["name"] = Text("A name for people; the file's name unless given."),
            ["datasets"] =
                OneOrMore(Either(Text("Path of a dataset, beside this file, or its https address."),
                    Object(WithFieldNames(new()
                    {
                        ["path"] = Text("Path of a dataset, beside this file, or its https address."),
                        ["limit"] = Whole(1, int.MaxValue),
                        ["tolerance"] = SettingSchemas.Of(["tolerance"])["tolerance"]!.DeepClone(),
                        ["no_gold"] = new JsonObject
                        {
                            ["type"] = "boolean", ["description"] = "Whether a dataset without any right answer is taken.",
                        },
                        ["tags"] = Tags(),
                    }), "path"))),
            ["policies"] =
                OneOrMore(Text(
                    "A policy model: a name of 'rebase models list', a GGUF file beside this one, or its https address "
                        + "with #sha256=... behind it.")),
            ["rewards"] = OneOrMore(Text("A reward model, likewise.")),
            ["strategies"] = OneOrMore(Either(Strategies(), strategy)),
            ["seeds"] = OneOrMore(new() { ["type"] = "integer" }),
            ["settings"] = Object(SettingSchemas.Of(SweepSettings.Names)),
            ["tags"] = Tags(),
            ["after"] = After("Jobs that must complete before the sweep's new jobs begin."),
            ["after_any"] = After("Jobs that must end before the sweep's new jobs begin, however they end."),
        }, "datasets", "policies", "strategies");
    }

    static JsonObject After(string description)
    {
        var jobs = OneOrMore(Either(new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
            new JsonObject { ["type"] = "string", ["pattern"] = "^(sweep:)?[0-9]+$" }));
        jobs["description"] = description;
        return jobs;
    }

    static JsonObject Tags() => Either(SettingSchemas.Text("A tag, as key=value or key."), SettingSchemas.Tags(), new JsonObject
    {
        ["type"] = "object", ["maxProperties"] = Contracts.TagSet.Most,
        ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") },
    });

    static JsonObject Text(string description) => SettingSchemas.Text(description);

    /// <summary>A list, or a single value for a list of one.</summary>
    static JsonObject OneOrMore(JsonObject item) => Either(item.DeepClone(), new JsonObject
    {
        ["type"] = "array", ["minItems"] = 1, ["items"] = item,
    });
}
