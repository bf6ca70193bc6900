using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using static RebaseBatch.Durable.Jobs.SettingSchemas;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// The JSON schema of a message's body (draft 2020-12), for producers: contracts/job-message.schema.json is what this writes.
/// </summary>
static class JobMessageSchema
{
    public static string Text() => Document("A job of RebaseBatch as a message", Build());

    static JsonObject Build()
    {
        var job = SettingSchemas.Of(JobSettings.All.Keys.Order(StringComparer.Ordinal));
        job["policy"] = SettingSchemas.Text("The policy model, by a name that the workers know.");
        var root = Object(new()
        {
            ["version"] = new JsonObject { ["const"] = JobMessage.CurrentVersion },
            ["job"] = Object(job, "policy"),
            ["dataset"] = Object(WithFieldNames(new()
            {
                ["uri"] = new JsonObject
                {
                    ["type"] = "string", ["format"] = "uri",
                    ["description"] = "https URI of a dataset's file, or of a blob of the workers' account.",
                },
                ["first_line"] = Whole(1, int.MaxValue),
                ["last_line"] = Whole(1, int.MaxValue),
                ["skip_invalid"] = new JsonObject
                {
                    ["type"] = "boolean", ["description"] = "Leave bad lines out; otherwise one bad line "
                    + "makes the message invalid."
                },
            }), "uri"),
            ["problems"] = new JsonObject
            {
                ["type"] = "array", ["minItems"] = 1,
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] =
                        "A problem in a form that a dataset's line may have, such as custom_id, question, gold_answer and level.",
                },
            },
            ["tags"] = SettingSchemas.Tags(),
        }, "version", "job");
        root["oneOf"] = new JsonArray(new JsonObject { ["required"] = new JsonArray("dataset") }, new JsonObject
        {
            ["required"] = new JsonArray("problems"),
        });
        return root;
    }
}
