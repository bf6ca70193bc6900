using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Platform.Text;
using static RebaseBatch.Durable.Jobs.SettingSchemas;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>The JSON schema of a gate's file (draft 2020-12), for editors: contracts/gate.schema.json is what this writes.</summary>
static class GateSchema
{
    public static string Text() => Document("A gate of RebaseBatch", Object(new()
    {
        ["level"] = Share(0.5, "The chance of a false BLOCK in one run if nothing got worse, over all critical cells together (0.05)."),
        ["power"] = new JsonObject
        {
            ["type"] = "number", ["minimum"] = 0.5, ["exclusiveMaximum"] = 1,
            ["description"] = "The chance with which a drop of max_drop must be seen for a PASS (0.8).",
        },
        ["max_drop"] = MaxDrop(" (0.05)"),
        ["max_relative_drop"] = MaxRelativeDrop(),
        ["max_age"] = new JsonObject
        {
            ["type"] = "string", ["pattern"] = DurationText.Pattern,
            ["description"] = "How old the newest finished run's results may be, from the end of its newest job, such as 26h or 7d; older "
                + "ones are STALE.",
        },
        ["require_fresh"] = new JsonObject
        {
            ["type"] = "boolean",
            ["description"] = "true: a cell for which the run has results of before is INCOMPARABLE. false: such a run may PASS even if "
                + "nothing was run anew. Without this key it is INCONCLUSIVE if no critical cell was run anew.",
        },
        ["allow_engine_change"] = new JsonObject
        {
            ["type"] = "boolean", ["description"] = "Whether a run is compared with a baseline that ran on another engine (false).",
        },
        ["cells"] = Either(Rule(), new JsonObject { ["type"] = "array", ["items"] = Rule() }),
    }));

    static JsonObject Rule() => Object(new()
    {
        ["dataset"] = Text("The dataset's name, with or without .jsonl."),
        ["policy"] = Text("The policy model's name."),
        ["reward"] = Text("The reward model's name."),
        ["strategy"] = Strategies(),
        ["width"] = Whole(1, 256),
        ["tier"] = new JsonObject
        {
            ["enum"] = new JsonArray([.. StoredNames.All<CellTier>().Select(name => (JsonNode)name)]),
            ["description"] = "critical: a drop can BLOCK, and the cell must be there (unless given). advisory: a drop WARNs at most.",
        },
        ["max_drop"] = MaxDrop(""),
        ["max_relative_drop"] = MaxRelativeDrop(),
    });

    static JsonObject MaxDrop(string usual) => Share(1, $"The tolerated drop of accuracy, as a share of the problems{usual}.");

    static JsonObject MaxRelativeDrop() =>
        Share(1, "The tolerated drop, as a share of the baseline's accuracy. If both are given, the smaller drop counts.");

    static JsonObject Text(string description) => Durable.Jobs.SettingSchemas.Text(description);

    static JsonObject Share(double most, string description) => new()
    {
        ["type"] = "number", ["exclusiveMinimum"] = 0, ["maximum"] = most, ["description"] = description,
    };
}
