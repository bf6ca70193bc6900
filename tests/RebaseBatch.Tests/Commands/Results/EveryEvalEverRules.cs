using System.Text.Json.Nodes;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

/// <summary>
/// What a record of Every Eval Ever and its samples have to be. Its own schemas are not ours to copy: with the folder of a checkout's
/// <c>every_eval_ever/schemas</c> in <c>REBASE_TEST_EEE_SCHEMAS</c>, the documents have to fit those as well.
/// </summary>
static class EveryEvalEverRules
{
    static readonly FormatRules s_record = FormatRules.Own("every-eval-ever-record");
    static readonly FormatRules s_sample = FormatRules.Own("every-eval-ever-sample");

    public static void Check(JsonNode record, IReadOnlyList<JsonNode> samples)
    {
        s_record.Check(record);
        foreach (var sample in samples) s_sample.Check(sample);
        if (Environment.GetEnvironmentVariable("REBASE_TEST_EEE_SCHEMAS") is { Length: > 0 } folder)
        {
            FormatRules.Of(Path.Combine(folder, "eval.schema.json")).Check(record);
            var theirs = FormatRules.Of(Path.Combine(folder, "instance_level_eval.schema.json"));
            foreach (var sample in samples) theirs.Check(sample);
        }

        // What its validator asks for beyond the schemas.
        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.Equal(Text(record, "evaluation_id"), Text(sample, "evaluation_id")));
        Assert.All(samples, sample => Assert.Equal(Text(record["model_info"]!, "id"), Text(sample, "model_id")));
        Assert.Equal(samples.Count, record["detailed_evaluation_results"]!["total_rows"]!.GetValue<int>());
        var ids = record["evaluation_results"]!.AsArray().Select(result => Text(result!, "evaluation_result_id")).ToList();
        Assert.Equal(ids.Distinct(), ids);
        var its = Assert.Single(record["evaluation_results"]!.AsArray(),
            result => Text(result!, "evaluation_result_id") == Text(samples[0], "evaluation_result_id"))!;
        Assert.Equal(Text(its, "evaluation_name"), Text(samples[0], "evaluation_name"));
        Assert.Equal(its["score_details"]!["score"]!.GetValue<double>(),
            samples.Average(sample => sample["evaluation"]!["score"]!.GetValue<double>()), 12);
    }

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
